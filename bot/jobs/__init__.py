"""Who runs the jobs: in this process, over the table of `bot.storage.jobs`."""
