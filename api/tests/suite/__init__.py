"""What `./atum test` adds to pytest: skips need a reason, flaky tests a name, slow ones a word."""
