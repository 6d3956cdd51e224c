"""A module beside the script, found through sys.path[0]."""

HERE = "beside the script"
