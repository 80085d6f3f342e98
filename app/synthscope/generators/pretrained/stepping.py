"""A pipeline that runs to its end, turned into a job: each step of its network is an event, and a place to stop at."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Any, TypeVar, cast

from torch import Tensor, nn

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Stepped:
    """One call of the network: what it was given (latents and time) and what it gave."""

    sample: Tensor
    time: Tensor
    output: Tensor


class _Cancelled(BaseException):
    """Ends the pipeline's thread; no pipeline catches it."""


def stepped(networks: nn.Module | tuple[nn.Module, ...], work: Callable[[], T]) -> Generator[Stepped, None, T]:
    """Run work in a thread of its own, which waits at each step of a network until the next event is asked for.

    Of a pipeline of several networks that are each asked step after step, all of them may be given.

    At most one of both threads runs at a time: nothing is shared while it changes. Closing the generator ends the
    work at its next step.

    Raises
    ------
    BaseException
        What the work raises, where it was raised.
    """
    work_thread = _Thread(networks if isinstance(networks, tuple) else (networks,), work)
    try:
        while True:
            kind, value = work_thread.told.get()
            if kind == "done":
                return cast("T", value)
            if kind == "failed":
                raise value
            yield value
            work_thread.go_on.release()
    finally:
        work_thread.end()


class _Thread:
    """The thread of a pipeline, and the hook by which its networks wait."""

    def __init__(self, networks: tuple[nn.Module, ...], work: Callable[[], Any]) -> None:
        self.told: SimpleQueue[tuple[str, Any]] = SimpleQueue()
        self.go_on = threading.Semaphore(0)
        self._work = work
        self._cancelled = threading.Event()
        self._hooks = [one.register_forward_hook(self._on_step, with_kwargs=True) for one in networks]
        self._thread = threading.Thread(target=self._run, name="pipeline", daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Let the work end at its next step, and wait for that."""
        self._cancelled.set()
        self.go_on.release()
        self._thread.join()
        for hook in self._hooks:
            hook.remove()

    def _on_step(self, _network: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any], output: Any) -> None:
        self.told.put(("step", _step(args, kwargs, output)))
        self.go_on.acquire()
        if self._cancelled.is_set():
            raise _Cancelled

    def _run(self) -> None:
        try:
            self.told.put(("done", self._work()))
        except _Cancelled:
            pass
        except BaseException as error:  # noqa: BLE001 - raised again where the work was asked for
            self.told.put(("failed", error))


def _step(args: tuple[Any, ...], kwargs: dict[str, Any], output: Any) -> Stepped:
    """Find latents, time and output among what networks of several kinds take and give."""
    sample = kwargs.get("sample", kwargs.get("hidden_states", args[0] if args else None))
    time = kwargs.get("timestep", args[1] if len(args) > 1 else None)
    found = output[0] if isinstance(output, tuple) else next(iter(output.values()))
    return Stepped(cast("Tensor", sample), cast("Tensor", time), cast("Tensor", found))
