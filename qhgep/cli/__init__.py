"""The command line: one verb per public function, and how answers and problems are printed."""
