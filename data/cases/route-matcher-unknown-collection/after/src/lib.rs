//! Matches paths against patterns like `/users/:id/posts`.

/// What a pattern's names stand for in a path.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Params(Vec<(String, String)>);

impl Params {
    pub fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(known, _)| known == name)?;
        Some(&found.1)
    }
}

/// The names bound by a match; `None` when the path does not match.
pub fn match_path(pattern: &str, path: &str) -> Option<Params> {
    let segments: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let wanted: Vec<&str> = pattern.split('/').filter(|part| !part.is_empty()).collect();
    if segments.len() != wanted.len() {
        return None;
    }
    let mut params = Params::default();
    for (name, segment) in wanted.into_iter().zip(segments) {
        match name.strip_prefix(':') {
            Some(name) => params.0.push((name.to_string(), segment.to_string())),
            None if name == segment => {}
            None => return None,
        }
    }
    Some(params)
}
