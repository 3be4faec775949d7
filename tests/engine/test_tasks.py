from sim.engine.tasks import SECONDS, Tasks
from sim.sampling.draws import blocks

TODO = blocks(4096 * 256)
TOTAL = len(TODO)


def handed_out(tasks, seconds_a_block):
    """Sizes of all tasks, done one at a time, and their blocks in order."""
    sizes, seen = [], []
    for task in tasks:
        sizes.append(len(task))
        seen += task
        tasks.finish(len(task), len(task) * seconds_a_block)
    assert seen == TODO
    assert tasks.share == 1
    return sizes


def test_the_first_task_is_timed_and_later_ones_take_seconds():
    sizes = handed_out(Tasks(TODO, total=TOTAL, workers=2), seconds_a_block=0.1)
    assert sizes[0] == 1
    assert all(SECONDS - 0.11 < 0.1 * size <= SECONDS for size in sizes[1:10])


def test_tasks_become_smaller_towards_the_end():
    sizes = handed_out(Tasks(TODO, total=TOTAL, workers=8), seconds_a_block=0.01)
    assert sizes[1:] == sorted(sizes[1:], reverse=True)
    assert sizes[1] == -(-(TOTAL - 1) // 16)
    assert sizes[-1] == 1


def test_a_slow_block_is_a_task_of_its_own():
    assert set(handed_out(Tasks(TODO, total=TOTAL, workers=1), seconds_a_block=60)) == {1}


def test_tasks_that_leave_much_are_small_and_a_size_that_was_asked_for_holds():
    assert max(handed_out(Tasks(TODO, total=TOTAL, workers=1, most=3), seconds_a_block=0.001)) == 3
    assert set(handed_out(Tasks(TODO, total=TOTAL, workers=1, each=8), seconds_a_block=60)) == {8}


def test_progress_counts_what_was_done_before():
    tasks = Tasks(TODO[256:], total=TOTAL, workers=1)
    assert tasks.share == 0.25
    tasks.finish(256, 1.0)
    assert tasks.share == 0.5
