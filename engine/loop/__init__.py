"""The loop: states, session, policy, guardrails and the mentor's decisions."""
