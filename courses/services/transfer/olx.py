"""Reading a course that Open edX exported (OLX): course → chapter → sequential → vertical → html, problem, video.

A chapter with one sequential is a section, with several each of them is one. A vertical (unit) becomes an article of
its texts, a video lesson for each film that comes along, and a quiz of its problems, in this order. XML is read by
defusedxml: no DTD, so no entities, none of the attacks by them.
"""

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring
from django.utils.translation import gettext as _

from community_platform.core.errors import Invalid
from community_platform.core.text import slug
from courses import limits
from courses.services.transfer.bundle import FIELD, Bundle
from courses.services.transfer.olx_html import STATIC, to_markdown
from courses.services.transfer.olx_problems import inside, questions_of
from courses.services.transfer.written import WrittenCourse, WrittenLesson, WrittenSection

ROOT = "course.xml"
DEPTH = 60  # of elements in a file
_QUIET = {"wiki", "discussion"}  # every course and lesson here has its own talk


def is_olx(bundle: Bundle) -> bool:
    """Tell whether the archive holds an Open edX course."""
    return ROOT in bundle.files


def read(bundle: Bundle) -> WrittenCourse:
    """Return the course. Raises: Invalid on `archive` where its XML cannot be read or there is nothing to learn."""
    return _Reader(bundle).course()


class _Reader:
    def __init__(self, bundle: Bundle) -> None:
        self.bundle = bundle
        self.written = WrittenCourse(title="", place=ROOT)
        self.names: dict[str, str] = {}  # path below static/ → name in files/

    def course(self) -> WrittenCourse:
        pointer = self._parsed(ROOT)
        if pointer.tag != "course":
            raise Invalid(_("%(file)s is not an Open edX course.") % {"file": ROOT}, field=FIELD)
        root = self._whole(pointer)
        written = self.written
        written.title = _title(root) or pointer.get("course") or _("Imported course")
        written.slug = slug("-".join(filter(None, (pointer.get("org"), pointer.get("course")))), high=70)
        written.language = (root.get("language") or "en")[:2]
        self._overview()
        for chapter in self._children(root):
            if chapter.tag == "chapter":
                self._chapter(chapter)
            elif chapter.tag not in _QUIET:
                self._lost(written.title, _("“%(kind)s” was left out.") % {"kind": str(chapter.tag)[:60]})
        if not any(section.lessons for section in written.sections):
            raise Invalid(_("There are no lessons in this archive."), code="empty", field=FIELD)
        return written

    def _overview(self) -> None:
        name = "about/overview.html"
        if name in self.bundle.files:
            self.written.description = self._markdown(self.bundle.text(name), name)
        short = "about/short_description.html"
        if short in self.bundle.files:
            words = self._markdown(self.bundle.text(short), short).split()
            self.written.summary = " ".join(words)[: limits.SUMMARY_MAX]

    def _chapter(self, chapter: Element) -> None:
        title = _title(chapter) or _("Section")
        parts = []
        for child in self._children(chapter):
            if child.tag == "sequential":
                parts.append(child)
            else:
                self._lost(title, _("“%(kind)s” was left out.") % {"kind": str(child.tag)[:60]})
        for part in parts:
            name = title if len(parts) == 1 else f"{title} · {_title(part) or _('Section')}"
            section = WrittenSection(title=name[: limits.TITLE_MAX])
            units = list(self._children(part))
            for unit in units:
                fallback = (_title(part) or title) if len(units) == 1 else ""
                section.lessons += self._unit(unit, name, fallback)
            if section.lessons:
                self.written.sections.append(section)

    def _unit(self, unit: Element, section: str, fallback: str) -> list[WrittenLesson]:
        """Return the lessons of a vertical; a block that stands in a sequential by itself is a unit of one."""
        blocks = list(self._children(unit)) if unit.tag == "vertical" else [unit]
        title = (_title(unit) or fallback or section)[: limits.TITLE_MAX]
        place = f"{section} / {title}"
        texts: list[str] = []
        films: list[WrittenLesson] = []
        quiz = WrittenLesson(title=title, kind="quiz")
        tries: set[str | None] = set()
        for block in blocks:
            if block.tag == "html":
                texts.append(self._html(block, place))
            elif block.tag == "video":
                self._video(block, place, films, texts)
            elif block.tag == "problem":
                quiz.questions += self._problem(block, place)
                tries.add(block.get("max_attempts"))
            elif block.tag not in _QUIET:
                self._lost(place, _("“%(kind)s” was left out.") % {"kind": str(block.tag)[:60]})
        content = "\n\n".join(filter(None, texts))
        lessons = list(films)
        if films:
            films[0].content = content
        elif content:
            lessons.append(WrittenLesson(title=title, content=content))
        if quiz.questions:
            most = tries.pop() if len(tries) == 1 else None
            if most and most.isascii() and most.isdecimal() and 0 < int(most) <= limits.ATTEMPTS_MAX:
                quiz.settings["attempts_max"] = int(most)
            quiz.title = title if not lessons else (_("Quiz: %(title)s") % {"title": title})[: limits.TITLE_MAX]
            lessons.append(quiz)
        return lessons

    def _html(self, block: Element, place: str) -> str:
        name = block.get("filename") or block.get("url_name") or ""
        path = f"html/{name}.html"
        if path in self.bundle.files:
            return self._markdown(self.bundle.text(path), place)
        return self._markdown(inside(block), place)

    def _problem(self, block: Element, place: str) -> list[Any]:
        title = _title(block) or _("problem")
        name = f"{place} / {title}"
        return questions_of(
            block,
            lambda html: self._markdown(html, name),
            lambda why: self._lost(name, _("A question was not taken as it is: %(why)s.") % {"why": why}),
        )

    def _video(self, block: Element, place: str, films: list[WrittenLesson], texts: list[str]) -> None:
        """Add a video lesson for a film that is in the archive; of others the link is kept in the text."""
        sources = [source.get("src") or "" for source in block.iter("source")]
        sources += [part.strip(" '\"[]") for part in (block.get("html5_sources") or "").split(",")]
        sources.append(block.get("source") or "")
        own = [self._file(src.removeprefix(STATIC)) for src in sources if src.startswith(STATIC)]
        name = next((file for file in own if file and file.endswith((".mp4", ".webm"))), None)
        title = _title(block) or _("Video")
        if name is None:
            text = _("The video “%(title)s” is not in the archive; its link stands in the text.")
            self._lost(place, text % {"title": title})
            link = self._foreign_film(block, sources)
            if link:
                texts.append(f"[{title.replace('[', '(').replace(']', ')')}](<{link}>)")
            return
        lesson = WrittenLesson(title=title[: limits.TITLE_MAX], kind="video", video=f"files/{name}")
        tracks = [track.get("src") or "" for track in block.iter("transcript")]
        captions = next((self._file(t.removeprefix(STATIC)) for t in tracks if t.endswith(".vtt")), None)
        lesson.captions = f"files/{captions}" if captions else ""
        if any(tracks) and not captions:
            self._lost(place, _("The captions of “%(title)s” are not WebVTT.") % {"title": title})
        films.append(lesson)

    def _foreign_film(self, block: Element, sources: list[str]) -> str:
        for pair in (block.get("youtube") or "").split(","):
            rate, _colon, key = pair.partition(":")
            key = key or block.get("youtube_id_1_0") or ""
            if key and rate in {"1.00", "1.0", ""} and key.replace("-", "").replace("_", "").isalnum():
                return f"https://www.youtube.com/watch?v={key}"
        web = [src for src in sources if src.startswith("https://") and not set(src) & set("<> \n")]
        return web[0] if web else ""

    # --- files of the archive ---------------------------------------------------------------------------------

    def _file(self, path: str) -> str | None:
        """Return the name under `files/` of `static/<path>`, and take the file along; None where there is none."""
        if path in self.names:
            return self.names[path]
        source = self.bundle.files.get(f"static/{path}") or self.bundle.files.get(f"static/{PurePosixPath(path).name}")
        if source is None:
            return None
        stem, suffix = slug(PurePosixPath(path).stem, high=70) or "file", PurePosixPath(path).suffix.lower()
        name, number = f"{stem}{suffix}", 1
        while name in self.written.files:
            number += 1
            name = f"{stem}-{number}{suffix}"
        self.names[path], self.written.files[name] = name, source
        return name

    def _markdown(self, html: str, place: str) -> str:
        if len(html) > limits.IMPORT_TEXT:
            self._lost(place, _("A text is too long."))
            return ""

        def lost(what: str) -> None:
            self._lost(place, _("Left out of the text: %(what)s") % {"what": what[:200]})

        try:
            return to_markdown(html, self._file, lost)
        except RecursionError:
            self._lost(place, _("A text is nested too deep."))
            return ""

    def _children(self, element: Element) -> Iterator[Element]:
        for child in element:
            if isinstance(child.tag, str):
                yield self._whole(child)

    def _whole(self, element: Element) -> Element:
        """Return the element that a pointer such as `<vertical url_name="u1"/>` names, or the element itself."""
        name = element.get("url_name") or ""
        path = f"{element.tag}/{name}.xml"
        if len(element) or (element.text or "").strip() or path not in self.bundle.files:
            return element
        whole = self._parsed(path)
        for key, value in element.items():
            whole.attrib.setdefault(key, value)
        return whole

    def _parsed(self, name: str) -> Element:
        try:
            root: Element = fromstring(self.bundle.text(name), forbid_dtd=True)
        except (ParseError, DefusedXmlException, ValueError, RecursionError) as error:
            raise _unreadable(name) from error
        level = [root]
        for _depth in range(DEPTH):
            level = [child for element in level for child in element]
            if not level:
                return root
        raise _unreadable(name)

    def _lost(self, place: str, text: str) -> None:
        self.written.note(place, text)


def _unreadable(name: str) -> Invalid:
    return Invalid(_("%(file)s cannot be read as XML.") % {"file": name}, code="bad_file", field=FIELD)


def _title(element: Element) -> str:
    return " ".join((element.get("display_name") or "").split())[: limits.TITLE_MAX]

