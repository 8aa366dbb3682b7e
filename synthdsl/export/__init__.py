"""From the rows of a dataset to files that a trainer reads.

At compile time (`check.py`; pure, nothing heavy is loaded): the declared keys of an output against its format,
giving an `OutputSpec`. At run time: `encode.py` turns batches into bytes (in any process), `writer.py` puts them
into files in order, `publish.py` moves what is finished into place with a manifest beside it.
"""
