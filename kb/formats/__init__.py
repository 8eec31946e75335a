"""The data in the formats of the field: one small module each, all listed in ``registry``."""
