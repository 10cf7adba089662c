"""Who sees and who changes what a person made: views, macros and their like."""
