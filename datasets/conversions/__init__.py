"""Files of other shapes, made into `messages`: one module a shape, each a generator from bytes to lines that leaves
storage and rows to others. What is dropped or changed on the way, and why, is told to a `Tally`."""
