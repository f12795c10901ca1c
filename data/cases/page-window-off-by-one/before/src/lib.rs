//! Splits a long list into pages.

use std::ops::Range;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pager {
    pub items: usize,
    pub per_page: usize,
}

impl Pager {
    /// How many pages it takes to show all items.
    pub fn pages(&self) -> usize {
        self.items / self.per_page
    }

    /// The items of a page, counted from 1; `None` for a page that does not exist.
    pub fn range(&self, page: usize) -> Option<Range<usize>> {
        if page == 0 || page > self.pages() {
            return None;
        }
        let start = (page - 1) * self.per_page;
        Some(start..(start + self.per_page).min(self.items))
    }

    /// What stands under the list, like `21–30 of 42`.
    pub fn caption(&self, page: usize) -> Option<String> {
        let range = self.range(page)?;
        Some(format!(
            "{}–{} of {}",
            range.start + 1,
            range.end,
            self.items
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_pages_are_counted() {
        let pager = Pager {
            items: 40,
            per_page: 10,
        };
        assert_eq!(pager.pages(), 4);
        assert_eq!(pager.range(4), Some(30..40));
        assert_eq!(pager.range(5), None);
    }

    #[test]
    fn the_last_page_may_be_short() {
        let pager = Pager {
            items: 42,
            per_page: 10,
        };
        assert_eq!(pager.pages(), 5);
        assert_eq!(pager.caption(5).as_deref(), Some("41–42 of 42"));
    }
}
