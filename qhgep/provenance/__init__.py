"""What rests on what, whatever file a person has at hand: `trace` makes the graph of one, `used_in` searches folders."""
