"""The same jobs on a `dask.distributed` cluster, whose workers see the same files.

Its scheduler and workers run whatever reaches their ports: use one on a network you trust, or with TLS.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING

from clv_xl.errors import ClvError

from .executor import AHEAD, Job, Outcome, Stopped, Task, completed

if TYPE_CHECKING:
    from collections.abc import Callable

    from distributed import Client

PATIENCE = 10
"""Seconds in which the scheduler must answer."""
RETRIES = 2


class ClusterError(ClvError):
    """A cluster that cannot be used."""


def on_cluster(
    task: Task[Job, Outcome],
    jobs: Sequence[Job],
    stopped: Stopped,
    *,
    scheduler: str,
    failed: Callable[[Job, BaseException], Outcome],
) -> Generator[Outcome]:
    """On the workers of `scheduler`, which retries the jobs of a worker that died; `failed` tells of those in vain.

    Raises:
        ClusterError: distributed is not installed, the scheduler does not answer, or it has no workers.

    """
    with _connected(scheduler) as client:
        threads = sum(client.nthreads().values())
        if not threads:
            raise ClusterError(
                f"The scheduler at {scheduler} has no workers: start some, dask worker {scheduler}.",
                f"De scheduler op {scheduler} heeft geen workers: start er een paar, dask worker {scheduler}.",
            )
        with client.get_executor(pure=False, retries=RETRIES) as pool:
            for job, future in completed(pool, task, deque(jobs), AHEAD * threads, stopped):
                error = None if future.cancelled() else future.exception()
                if future.cancelled():
                    yield failed(
                        job,
                        ClusterError(
                            f"The scheduler at {scheduler} went away.", f"De scheduler op {scheduler} is verdwenen."
                        ),
                    )
                else:
                    yield future.result() if error is None else failed(job, error)


def _connected(scheduler: str) -> Client:
    try:
        from distributed import Client  # noqa: PLC0415  an extra, and heavy
    except ImportError:
        raise ClusterError(
            "--scheduler needs dask.distributed: pip install 'clv-xl[cluster]'.",
            "Voor --scheduler is dask.distributed nodig: pip install 'clv-xl[cluster]'.",
        ) from None
    try:
        return Client(scheduler, timeout=PATIENCE, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise ClusterError(
            f"The scheduler at {scheduler} does not answer. Check the address (tcp://host:8786) and that it runs.",
            f"De scheduler op {scheduler} antwoordt niet. Controleer het adres (tcp://host:8786) en of hij draait.",
        ) from error
