//! A print spooler writes its pages into sinks.

/// Something that pages can be written to.
pub trait Sink {
    /// Takes a page and returns how many it has taken so far.
    fn accept(&mut self, page: &str) -> usize;
}

/// Keeps pages, for a preview.
#[derive(Debug, Default)]
pub struct Preview {
    pub pages: Vec<String>,
}

/// Counts pages and letters, for the bill.
#[derive(Debug, Default)]
pub struct Meter {
    pub pages: usize,
    pub letters: usize,
}

impl Sink for Preview {
    fn accept(&mut self, page: &str) -> usize {
        self.pages.push(page.to_string());
        self.pages.len()
    }
}

impl Sink for Meter {
    fn accept(&mut self, page: &str) -> usize {
        self.pages += 1;
        self.letters += page
            .chars()
            .filter(|letter| !letter.is_whitespace())
            .count();
        self.pages
    }
}

/// Writes a text into all sinks, page by page, and returns the number of pages.
pub fn spool(text: &str, lines_per_page: usize, sinks: &mut [&mut dyn Sink]) -> usize {
    let lines: Vec<&str> = text.lines().collect();
    let mut pages = 0;
    for page in lines.chunks(lines_per_page.max(1)) {
        let page = page.join("\n");
        for sink in sinks.iter_mut() {
            pages = sink.accept(&page);
        }
    }
    pages
}
