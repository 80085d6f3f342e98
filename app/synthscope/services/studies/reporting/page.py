"""A study's report as one HTML file: no outside resource, no script; light, dark, and for paper."""

from __future__ import annotations

from synthscope.services.reporting.templating import rendered, style
from synthscope.services.studies.beside_maps import Perceive
from synthscope.services.studies.reporting.card import LEAK_GATE, make_card
from synthscope.services.studies.reporting.contents import Picture, StudyReport
from synthscope.services.studies.reporting.drawing import figures, flow_drawing, forest, row_drawing
from synthscope.services.studies.reporting.gallery import shelves_of
from synthscope.services.studies.reporting.mark_maps import marked_shelves


def report_html(report: StudyReport, read: Picture | None = None, perceive: Perceive | None = None) -> str:
    """Write the page.

    Parameters
    ----------
    read : callable, optional
        From the code of a picture to its pixels, uint8 (Z, Y, X, C), for the gallery of an unblinded study.
    perceive : callable, optional
        Makes the map of LPIPS, where marks were compared with it; see `perceiving`.
    """
    card = make_card(report)
    return rendered(
        "study.html",
        {"bar": row_drawing, "forest": forest},
        card=card,
        report=report,
        style=style("card.css", "study.css"),
        flow=flow_drawing(report.analysis.flow) if report.analysis.flow else "",
        figures=figures(report),
        shelves=shelves_of(report, read),
        maps=marked_shelves(report, read, perceive),
        leak_gate=LEAK_GATE,
    )
