//! Addresses of articles, made from their titles.

/// Longer slugs are cut, at a dash where there is one.
pub const LONGEST: usize = 24;

/// The part of the address that stands for a title: small letters, digits and single dashes.
pub fn slug_of(title: &str) -> String {
    let mut slug = String::with_capacity(title.len());
    for letter in title.chars() {
        if letter.is_alphanumeric() {
            slug.extend(letter.to_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    shorten(slug.trim_end_matches('-')).to_string()
}

fn shorten(slug: &str) -> &str {
    if slug.len() <= LONGEST {
        return slug;
    }
    let mut end = LONGEST;
    while !slug.is_char_boundary(end) {
        end -= 1;
    }
    match slug[..end].rfind('-') {
        Some(dash) => &slug[..dash],
        None => &slug[..end],
    }
}

/// The whole address of an article.
pub fn address(section: &str, title: &str) -> String {
    format!("/{}/{}", section, slug_of(title))
}
