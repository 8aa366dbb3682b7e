"""Steps of pipelines, one a file: what a step takes, which rows come out of it, how it is done."""
