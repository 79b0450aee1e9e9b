//! HTML for a report: escaping, tables, and the page around them.
//!
//! Invariant: nothing reaches the page unescaped but what is written here; the page allows no
//! script and loads nothing.

use ledger::Digest;
use ledger::digest::to_base64;

use crate::hidden;

/// Prints well on A4 and Letter, reads well on a screen, light and dark.
const STYLE: &str = "\
:root{color-scheme:light dark}\
body{font:15px/1.5 system-ui,sans-serif;max-width:56rem;margin:2rem auto;padding:0 1.5rem}\
header{border-bottom:2px solid;padding-bottom:1rem}\
h1{font-size:1.6rem;margin:.2rem 0;overflow-wrap:anywhere}\
h2{font-size:1.1rem;margin:2rem 0 .6rem}h3{font-size:1rem;margin:1.2rem 0 .4rem}\
.kind{margin:0;opacity:.7}.verdict{margin:0;font-weight:600}\
.verdict::before{content:'\\2713\\00a0'}.rejected::before{content:'\\2715\\00a0'}\
table{border-collapse:collapse;width:100%}\
th,td{text-align:left;vertical-align:top;padding:.3rem .8rem .3rem 0;border-bottom:1px solid #8885;\
overflow-wrap:anywhere;white-space:pre-wrap}\
th{font-weight:600;width:27%}thead th{width:auto}\
code,pre{font:13px/1.45 ui-monospace,monospace;overflow-wrap:anywhere;white-space:pre-wrap}\
pre{border:1px solid #8885;padding:.8rem}\
@media print{body{margin:0;max-width:none;font-size:10.5pt}section{break-inside:avoid-page}\
h2,h3{break-after:avoid}tr{break-inside:avoid}}";

/// What stands in a table.
pub(super) struct Cell {
    text: String,
    is_code: bool,
}

impl Cell {
    /// Words.
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), is_code: false }
    }

    /// Something to compare letter by letter.
    pub(super) fn code(text: impl Into<String>) -> Self {
        Self { text: text.into(), is_code: true }
    }

    fn html(&self) -> String {
        let text = escaped(&self.text);
        if self.is_code { format!("<code>{text}</code>") } else { text }
    }
}

/// A table: with a head, or with the first cell of each row as its name.
pub(super) fn table<const N: usize>(head: Option<[&str; N]>, rows: &[[Cell; N]]) -> String {
    let mut html = String::from("<table>");
    if let Some(head) = head {
        let cells: String =
            head.iter().map(|name| format!("<th scope=\"col\">{}</th>", escaped(name))).collect();
        html.push_str(&format!("<thead><tr>{cells}</tr></thead>"));
    }
    html.push_str("<tbody>");
    for row in rows {
        let cell = |(column, cell): (usize, &Cell)| match (head, column) {
            (None, 0) => format!("<th scope=\"row\">{}</th>", cell.html()),
            _ => format!("<td>{}</td>", cell.html()),
        };
        let cells: String = row.iter().enumerate().map(cell).collect();
        html.push_str(&format!("<tr>{cells}</tr>"));
    }
    html.push_str("</tbody></table>");
    html
}

/// Text as a text node: hidden characters drawn, markup as letters.
pub(super) fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for letter in hidden::drawn(text).chars() {
        match letter {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            other => html.push(other),
        }
    }
    html
}

/// The whole page.
pub(super) fn page(title: &str, body: &str) -> String {
    let style = to_base64(Digest::of(STYLE.as_bytes()).as_bytes());
    let title = escaped(title);
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src \
         'sha256-{style}'\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>{title}</title><style>{STYLE}</style></head><body>{body}</body></html>\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_others_are_text() {
        let hostile = "<img src=x onerror=alert(1)> & \"quoted\" 'too' \u{202e}";
        let html = table(None, &[[Cell::text("name"), Cell::code(hostile)]]);
        assert!(!html.contains("<img") && html.contains("&lt;img"), "{html}");
        assert!(html.contains("&amp; &quot;quoted&quot; &#39;too&#39;"), "{html}");
        assert!(!html.contains('\u{202e}'), "hidden characters are drawn");
        let page = page("<script>", "");
        assert!(page.contains("<title>&lt;script&gt;</title>"), "{page}");
    }
}
