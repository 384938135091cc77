from bot.domain.errors import ContentError, Problem


def test_a_content_error_counts_its_problems_and_names_no_content() -> None:
    problem = Problem(
        file="a.yaml", line=1, column=2, severity="error", code="x", message="secret words"
    )
    error = ContentError((problem, problem))
    assert str(error) == "2 problems in the content"
    assert error.problems == (problem, problem)
