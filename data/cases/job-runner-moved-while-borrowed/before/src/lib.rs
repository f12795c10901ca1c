//! Runs jobs in order and keeps a protocol of them.

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    label: String,
    cost: u32,
}

impl Job {
    pub fn new(label: &str, cost: u32) -> Self {
        Job {
            label: label.to_string(),
            cost,
        }
    }

    /// The name before the first slash: `import/customers` belongs to `import`.
    pub fn group(&self) -> &str {
        self.label.split('/').next().unwrap_or(&self.label)
    }
}

#[derive(Debug, Default)]
pub struct Runner {
    budget: u32,
    finished: Vec<Job>,
    protocol: Vec<String>,
}

impl Runner {
    pub fn new(budget: u32) -> Self {
        Runner {
            budget,
            ..Runner::default()
        }
    }

    /// Runs a job if the budget allows it, and gives it back if not.
    pub fn run(&mut self, job: Job) -> Result<u32, Job> {
        if job.cost > self.budget {
            return Err(job);
        }
        self.budget -= job.cost;
        let group = job.group();
        self.finished.push(job);
        self.protocol.push(format!("{group}: {} left", self.budget));
        Ok(self.budget)
    }

    pub fn protocol(&self) -> &[String] {
        &self.protocol
    }

    pub fn finished(&self) -> &[Job] {
        &self.finished
    }
}
