use crate::clock::Clock;

/// A piece of music.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Track {
    pub title: String,
    pub seconds: u32,
}

/// Tracks in the order they are played.
#[derive(Clone, Debug, Default)]
pub struct Playlist {
    tracks: Vec<Track>,
}

impl Playlist {
    pub fn add(&mut self, title: &str, seconds: u32) -> &mut Self {
        self.tracks.push(Track {
            title: title.to_string(),
            seconds,
        });
        self
    }

    pub fn seconds(&self) -> u32 {
        self.tracks.iter().map(|track| track.seconds).sum()
    }

    /// One line a track, then the length of the whole.
    pub fn listing(&self) -> String {
        let mut lines: Vec<String> = self
            .tracks
            .iter()
            .enumerate()
            .map(|(index, track)| {
                format!(
                    "{:>2}. {} ({})",
                    index + 1,
                    track.title,
                    track.seconds.as_clock()
                )
            })
            .collect();
        lines.push(format!("    {} in all", self.seconds().as_clock()));
        lines.join("\n")
    }
}
