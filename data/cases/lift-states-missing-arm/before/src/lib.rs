//! The state machine of a lift.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Idle {
        floor: i8,
    },
    Moving {
        from: i8,
        to: i8,
    },
    DoorsOpen {
        floor: i8,
    },
    /// Between two floors with a fault; shown as `stuck above <floor>`.
    Stuck {
        floor: i8,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input {
    Call(i8),
    Arrived,
    DoorsClosed,
    Fault,
    Repaired,
}

impl State {
    /// What the lift does next. Inputs that make no sense in a state are ignored.
    pub fn next(self, input: Input) -> State {
        match (self, input) {
            (State::Idle { floor }, Input::Call(to)) if to == floor => State::DoorsOpen { floor },
            (State::Idle { floor }, Input::Call(to)) => State::Moving { from: floor, to },
            (State::Moving { to, .. }, Input::Arrived) => State::DoorsOpen { floor: to },
            (State::Moving { from, to }, Input::Fault) => State::Stuck {
                floor: from.min(to),
            },
            (State::DoorsOpen { floor }, Input::DoorsClosed) => State::Idle { floor },
            (State::Stuck { floor }, Input::Repaired) => State::Idle { floor },
            (state, _) => state,
        }
    }

    /// What the display in the hall shows.
    pub fn label(self) -> String {
        match self {
            State::Idle { floor } => format!("at {floor}"),
            State::Moving { from, to } if from < to => format!("up to {to}"),
            State::Moving { to, .. } => format!("down to {to}"),
            State::DoorsOpen { floor } => format!("open at {floor}"),
        }
    }
}
