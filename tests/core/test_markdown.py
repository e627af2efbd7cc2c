"""The only door from Markdown to HTML: nothing that runs code comes through it."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core import markdown
from app.core.markdown import Picture

TAGS = markdown._TAGS
RUNS = re.compile(r"^\s*(?:javascript|vbscript|data|file):", re.IGNORECASE)


class Seen(HTMLParser):
    """Every tag and attribute of some HTML."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.tags, self.attributes = [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]


def assert_harmless(text):
    seen = Seen(text)
    assert set(seen.tags) <= TAGS
    for tag, name, value in seen.attributes:
        assert not name.startswith("on"), (tag, name)
        assert name not in {"style", "srcdoc", "formaction", "action", "srcset"}, (tag, name)
        assert not (name in {"href", "src"} and RUNS.match(value)), (tag, name, value)
        assert not (tag == "input" and name == "type" and value != "radio")


ATTACKS = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.example></sCrIpT>",
    '<img src=x onerror="alert(1)">',
    "<svg onload=alert(1)><script>1</script></svg>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java&#115;cript:alert(1))",
    "[x](&#x6A;avascript:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](vbscript:x)",
    "[x](data:text/html,<script>1</script>)",
    "<javascript:alert(1)>",
    "![x](javascript:alert(1))",
    '[x](https://a.example "onmouseover=alert(1) x=\\"")',
    '<p style="position:fixed">x</p>',
    "<style>body{display:none}</style>",
    '<iframe src="https://evil.example"></iframe>',
    '<object data="x"></object><embed src=x>',
    '<form action="https://evil.example"><input name=password type=password><button>Go</button></form>',
    '<input type="text" name="q" autofocus onfocus="alert(1)">',
    '<a href="#" class="btn" onclick="alert(1)" target="_blank">x</a>',
    '<math><mi xlink:href="javascript:alert(1)">x</mi></math>',
    "<details ontoggle=alert(1) open><summary>x</summary></details>",
    '<base href="https://evil.example/"><meta http-equiv=refresh content="0;url=x"><link rel=stylesheet href=x>',
    "<!--[if IE]><script>1</script><![endif]-->",
    "`<script>alert(1)</script>`",
    "```html\n<script>alert(1)</script>\n```",
    '!!! why "<img src=x onerror=alert(1)>"\n    x',
    '=== "<script>alert(1)</script>"\n\n    x',
    "| <img src=x onerror=alert(1)> |\n|---|\n| <script>1</script> |",
    "## <img src=x onerror=alert(1)>",
    "x[^1]\n\n[^1]: <script>alert(1)</script>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript>',
    "\x02wzxhzdk:0\x03 <b onclick=alert(1)>",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_attack_comes_through(attack):
    assert_harmless(markdown.render(attack, "x-", pictures=lambda _name: Picture("/f.svg", 1, 1)).html)
    assert_harmless(markdown.render(attack).html)
    assert_harmless(markdown.inline(attack))


PIECES = st.sampled_from(
    [
        *("<script>", "</script>", "<img src=", "onerror=", "style=", "javascript:", "alert(1)", "<svg>", "<a href='"),
        *(
            '"',
            "'",
            ">",
            "<",
            "`",
            "\n",
            "\n\n    ",
            "[x](",
            ")",
            "![",
            "!!! why ",
            '=== "t"\n\n    ',
            "| a |\n|---|\n",
        ),
        *(
            "&#106;",
            "&lt;",
            "\x00",
            "\x02",
            "\x03",
            "# ",
            "[^1]",
            "[^1]: ",
            "<input ",
            "type=text ",
            "</",
            "/>",
            "```\n",
        ),
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(PIECES, st.text(max_size=8)), max_size=25).map("".join))
def test_whatever_is_written_comes_out_harmless(text):
    assert_harmless(markdown.render(text, "x-").html)
    assert_harmless(markdown.inline(text))


def test_boxes_details_tabs_tables_code_and_footnotes_are_rendered():
    text = (
        '!!! why "Why this matters"\n    Because.\n\n??? note "More"\n    Less.\n\n'
        '=== "One"\n\n    First.\n\n=== "Two"\n\n    Second.\n\n'
        "| step | result |\n|---|--:|\n| a | 1 |\n\n```text\na < b\n```\n\nSaid so[^1].\n\n[^1]: By whom."
    )
    html = markdown.render(text, "q-").html
    for piece in (
        '<div class="admonition why">',
        '<details class="note">',
        "<summary>More</summary>",
        '<label for="q-__tabbed_1_2">Two</label>',
        '<th scope="col">step</th>',
        '<td align="right" data-label="result">1</td>',
        '<pre tabindex="0"><code>a &lt; b</code></pre>',
        '<li id="q-fn:1">',
        'href="#q-fn:1"',
    ):
        assert piece in html, piece
    assert " style=" not in html


def test_a_table_scrolls_in_a_box_with_a_name():
    html = markdown.render("| step | |\n|---|---|\n| a | 1 |").html
    box = next(a for a in Seen(html).attributes if a[1] == "aria-label")
    assert box == ("div", "aria-label", "Table: step")
    assert html.count("<th") - html.count("<thead") == 1, "an empty head is no head"


def test_a_table_that_fits_a_phone_stays_a_table_there():
    narrow = "| team | promoters | score |\n|---|--:|--:|\n| north | 12 | 33 |"
    wide = "| trap | what to say |\n|---|---|\n| Leading wording | How was the service that you had today? |"
    assert '<table class="table keep-table">' in markdown.render(narrow).html
    assert '<table class="table">' in markdown.render(wide).html


def test_a_cell_of_several_pieces_is_held_together():
    html = markdown.render("| a |\n|---|\n| **3 hours** each |\n| `x` |").html
    assert '<td data-label="a"><span><strong>3 hours</strong> each</span></td>' in html
    assert '<td data-label="a"><code>x</code></td>' in html


def test_every_tab_has_a_label_and_the_first_is_chosen():
    seen = Seen(markdown.render('=== "One"\n\n    1\n\n=== "Two"\n\n    2', "p-").html)
    inputs = [value for tag, name, value in seen.attributes if (tag, name) == ("input", "id")]
    labels = [value for tag, name, value in seen.attributes if (tag, name) == ("label", "for")]
    assert inputs == labels == ["p-__tabbed_1_1", "p-__tabbed_1_2"]
    assert [name for tag, name, _ in seen.attributes if tag == "input"].count("checked") == 1


def test_a_control_that_is_no_tab_is_taken_out():
    assert "<input" not in markdown.render('<input type="radio" name="x"> <input id="a" name="b"> <input>').html


def test_a_picture_alone_becomes_a_figure_with_its_caption():
    def pictures(name):
        return Picture(f"/content/{name}", 720, 360)

    html = markdown.render('![Two bars](figures/x.svg "One is longer")', pictures=pictures).html
    seen = Seen(html)
    image = {name: value for tag, name, value in seen.attributes if tag == "img"}
    assert image == {
        "src": "/content/figures/x.svg",
        "alt": "Two bars",
        "width": "720",
        "height": "360",
        "loading": "lazy",
    }
    assert seen.tags == ["figure", "img", "figcaption"]
    assert "<figcaption>One is longer</figcaption>" in html


def test_a_picture_that_nobody_serves_leaves_its_description():
    assert "<img" not in (html := markdown.render("![Two bars](https://evil.example/x.png)").html)
    assert "Two bars" in html


def test_two_pieces_on_one_page_share_no_id():
    text = '## Why\n\n=== "A"\n\n    a\n\nx[^1]\n\n[^1]: y'
    ids = [
        value
        for prefix in ("a-", "b-")
        for _tag, name, value in Seen(markdown.render(text, prefix).html).attributes
        if name == "id"
    ]
    assert len(ids) == len(set(ids)) == 8


def test_headings_have_ids_levels_and_a_place_and_link_to_themselves_outside_the_heading():
    rendered = markdown.render("## First & *best*\n\ntext\n\n### Second\n\n## First & best", "s-")
    assert [(h.id, h.title, h.level) for h in rendered.headings] == [
        ("s-first--best", "First & best", 2),
        ("s-second", "Second", 3),
        ("s-first--best_1", "First & best", 2),
    ]
    places = [heading.at for heading in rendered.headings]
    assert places == sorted(places)
    assert places[-1] > 50
    assert '<h3 id="s-second">Second</h3><a class="heading-link" href="#s-second">' in rendered.html


def test_a_first_level_heading_is_left_to_the_page():
    assert "<h1" not in markdown.render("# Title\n\ntext").html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("- 5", "- 5"),
        ("1. first", "1. first"),
        ("# 5", "# 5"),
        ("> more", "&gt; more"),
        ("    spaced   out", "spaced out"),
        ("[a]: https://a.example", "[a]: https://a.example"),
        ("*no* `a<b` **now**", "<em>no</em> <code>a&lt;b</code> <strong>now</strong>"),
        ("see [here](https://a.example)", "see here"),
        ("5 < 7 & 9", "5 &lt; 7 &amp; 9"),
        ("<p>x</p>", "x"),
    ],
)
def test_a_line_stays_one_line_with_emphasis_and_code_only(text, html):
    assert markdown.inline(text) == html


def test_plain_words_leave_out_markup_and_the_links_of_headings():
    html = markdown.render("## The formula\n\nTake *all* answers &amp; count.").html
    assert markdown.plain(html) == "The formula Take all answers & count."
