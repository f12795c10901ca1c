/// Durations in seconds, shown the way players show them.
pub trait Clock {
    /// `m:ss`, or `h:mm:ss` from an hour on.
    fn as_clock(&self) -> String;
}

impl Clock for u32 {
    fn as_clock(&self) -> String {
        let (hours, minutes, seconds) = (self / 3600, self / 60 % 60, self % 60);
        if hours > 0 {
            format!("{hours}:{minutes:02}:{seconds:02}")
        } else {
            format!("{minutes}:{seconds:02}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_hour_shows_from_an_hour_on() {
        assert_eq!(59.as_clock(), "0:59");
        assert_eq!(3600.as_clock(), "1:00:00");
    }
}
