"""The performance envelope: a data set, a load, a bare application to compare with, and a table."""
