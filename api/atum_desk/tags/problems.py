"""What can go wrong with tags."""

from __future__ import annotations

from atum_desk.kernel.problems import Problem


class TagNotFound(Problem):
    """There is no tag {name}."""

    status = 404
    code = "tag_not_found"

    def __init__(self, *, name: str) -> None:
        super().__init__(name=name)


class TagTaken(Problem):
    """There is a tag {name} already. Merge the two if they mean the same."""

    status = 409
    code = "tag_taken"

    def __init__(self, *, name: str) -> None:
        super().__init__(name=name)


class SameTag(Problem):
    """A tag cannot be merged into itself."""

    status = 422
    code = "same_tag"


class TagIsRetired(Problem):
    """The tag {name} is retired. Bring it back before you merge into it."""

    status = 409
    code = "tag_is_retired"

    def __init__(self, *, name: str) -> None:
        super().__init__(name=name)
