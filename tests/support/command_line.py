"""The command line as one command, built once: to build it from its functions costs more than most verbs."""

import typer.main

from qhgep.cli.app import app

COMMAND = typer.main.get_command(app)
