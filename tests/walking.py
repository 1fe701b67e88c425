"""How the doors' tests walk a door: pages read as HTML, links and buttons pressed as by a finger, without a script."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

SILENT = ("script", "style", "title")


@dataclass
class Form:
    """One form: where it goes, and what it sends when nothing is changed."""

    action: str
    method: str
    fields: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class Target:
    """Something to press: a link, or a button of a form with what it adds."""

    words: str
    href: str = ""
    form: Form | None = None
    name: str = ""
    value: str = ""


class Page(HTMLParser):
    """One page as somebody without a script has it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.forms: list[Form] = []
        self.targets: list[Target] = []
        self.silent = ""
        self._words: list[str] = []
        self._open: list[str] = []
        self._form: Form | None = None
        self._target: Target | None = None
        self._select = ""
        self._option: tuple[str | None, bool] | None = None
        self._chosen: str | None = None
        self.feed(html)
        self.close()

    @property
    def text(self) -> str:
        """All words that are shown, in single spaces."""
        return " ".join("".join(self._words).split())

    def all(self, tag: str) -> list[dict[str, str]]:
        """The attributes of every element of this kind."""
        return [attributes for name, attributes in self.tags if name == tag]

    def fields(self, name: str) -> list[str]:
        """Every value that any form here would send under this name, its buttons included."""
        sent = [value for form in self.forms for each, value in form.fields if each == name]
        return sent + [each.value for each in self.targets if each.name == name]

    def target(self, words: str) -> Target:
        """The one link or button that says this."""
        found = [each for each in self.targets if words in each.words]
        if not found:
            raise AssertionError(f"nothing to press says “{words}” among {[each.words for each in self.targets]}")
        return found[0]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.tags.append((tag, given))
        if tag in SILENT:
            self._open.append(tag)
        if tag in ("small", "a"):
            self._words.append(" ")
        if tag == "form":
            self._form = Form(given.get("action", ""), given.get("method", "get").lower())
            self.forms.append(self._form)
        elif tag == "input" and self._form and "name" in given:
            if given.get("type") not in ("checkbox", "radio") or "checked" in given:
                self._form.fields.append((given["name"], given.get("value", "")))
        elif tag == "select":
            self._select, self._chosen = given.get("name", ""), None
        elif tag == "option":
            self._option = (given.get("value"), "selected" in given)
            if self._option[0] is not None:
                self._choose(self._option[0])
        elif tag == "a" and "href" in given:
            self._target = Target("", href=given["href"])
        elif tag == "button" and self._form:
            self._target = Target("", form=self._form, name=given.get("name", ""), value=given.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if self._open and self._open[-1] == tag:
            self._open.pop()
        if tag in ("a", "button") and self._target:
            self._target.words = " ".join(self._target.words.split())
            self.targets.append(self._target)
            self._target = None
        elif tag == "select" and self._form:
            self._form.fields.append((self._select, self._chosen or ""))
        elif tag == "option":
            self._option = None
        elif tag == "form":
            self._form = None
        if tag not in ("span", "b", "i", "strong", "small"):
            self._words.append(" ")

    def handle_data(self, data: str) -> None:
        if self._open:
            self.silent += data
            return
        if self._option and self._option[0] is None:
            self._choose(data.strip())
        self._words.append(data)
        if self._target:
            self._target.words += data

    def _choose(self, value: str) -> None:
        if self._chosen is None or (self._option and self._option[1]):
            self._chosen = value


def page(answer: TestResponse) -> Page:
    """The page in an answer; what is no page has nothing on it."""
    return Page(answer.get_data(as_text=True) if answer.mimetype == "text/html" else "")


class Finger:
    """Walks one door by its links and buttons alone."""

    def __init__(self, client: FlaskClient) -> None:
        self._client = client
        self.taps = 0
        self.path = "/"

    def open(self, path: str) -> Page:
        """Go to an address."""
        return self._arrive(self._client.get(path))

    def press(self, words: str, **typed: str) -> Page:
        """Press the link or button that says this, with these fields typed in before."""
        self.taps += 1
        target = self.page.target(words)
        if target.form is None:
            return self.open(urljoin(self.path, target.href))
        sent = [(name, typed.pop(name, value)) for name, value in target.form.fields]
        sent += [*typed.items(), *([(target.name, target.value)] if target.name else [])]
        action = urljoin(self.path, target.form.action)
        if target.form.method != "post":
            raise AssertionError("a form that changes something is posted")
        data: dict[str, list[str]] = {}
        for name, value in sent:
            data.setdefault(name, []).append(value)
        return self._arrive(self._client.post(action, data=data))

    def _arrive(self, answer: TestResponse) -> Page:
        self.path = answer.request.path
        while answer.status_code in (301, 302, 303, 307, 308):
            self.path = urlsplit(urljoin(self.path, answer.headers["Location"])).path
            answer = self._client.get(urljoin(self.path, answer.headers["Location"]))
        self.answer, self.page = answer, page(answer)
        return self.page


# What no page of ours may hold (P14, P23)

LEADS_ELSEWHERE = re.compile(r"^\s*(?:[a-z][a-z0-9+.-]*:|//|\\)", re.IGNORECASE)
CARRIES_AN_ADDRESS = ("src", "href", "action", "formaction", "poster", "data", "srcset", "background", "xlink:href")


def leads_elsewhere(found: Page) -> list[str]:
    """Every address in a page that is not on this box."""
    addresses = [
        value for _, given in found.tags for name, value in given.items() if name in CARRIES_AN_ADDRESS and value
    ]
    refreshes = [given["content"] for given in found.all("meta") if given.get("http-equiv", "").lower() == "refresh"]
    addresses += [each.partition("url=")[2] for each in refreshes if "url=" in each]
    return [each for each in addresses if LEADS_ELSEWHERE.match(each)]


def inline(found: Page) -> list[str]:
    """Every script or style that stands in the page itself."""
    faults = [f"<{tag}>" for tag, given in found.tags if tag == "script" and "src" not in given]
    faults += [f"<{tag}>" for tag, _ in found.tags if tag == "style"]
    faults += [
        f"<{tag} {name}>"
        for tag, given in found.tags
        for name in given
        if name == "style" or name.startswith("on") or given[name].lower().startswith("javascript:")
    ]
    return faults
