"""An outside reader of Countersign evidence, written from the format page alone.

It shares no code with the program, so that an error in one of the two shows as a difference between them.
"""
