"""Texts with variables in them: Liquid, with few tags and filters, strict and bounded."""
