"""What the entry may use of exports."""

from atum_desk.exports.slots import ExportSlots

__all__ = ["ExportSlots"]
