"""The clerk's desk: a page on this machine whose buttons are verbs of the command line, run in a folder that stays an ordinary one."""
