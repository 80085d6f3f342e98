"""A rater that never stops answering; it says which events were acknowledged until it is killed."""

import sys
from pathlib import Path

from synthscope.studies.store.responses import Responses

folder = Path(sys.argv[1])
responses = Responses.open(folder / "a.db", slot="s", study="x", mirror=folder / "mirror" / "a.jsonl")
responses.begin("r", "test")
count = 0
while True:
    event = responses.append("answer_submitted", f"t{count}", {"answers": {"q": count % 5}})
    sys.stdout.write(event.id + "\n")
    sys.stdout.flush()
    count += 1
