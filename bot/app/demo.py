"""The demo's one-time link: where nobody works at the desk yet and nobody but this machine can ask,
whoever starts Lotse may look at everything.
"""

from __future__ import annotations

from bot.app.wiring import App
from bot.service.staff_signin import demo_code

PATH = "/desk/demo/"


async def demo_path(app: App) -> str | None:
    """Return the path of a new link, None where there is no demo: somebody works here, or strangers
    could come. Links of earlier starts are void.
    """
    if not app.settings.without_login:
        return None
    now = app.clock()
    code = await app.database.write(lambda tx: demo_code(tx, now))
    return f"{PATH}{code}" if code is not None else None
