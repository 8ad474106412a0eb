"""What the answers say: sentences by step key, and words, for the explanations to use."""

from assessments.engine.answers.wording.money import MONEY_SENTENCES
from assessments.engine.answers.wording.plans import PLAN_SENTENCES
from assessments.engine.answers.wording.proofs import ANSWER_WORDS, PROOF_SENTENCES

ANSWER_SENTENCES = {**PLAN_SENTENCES, **PROOF_SENTENCES, **MONEY_SENTENCES}

__all__ = ["ANSWER_SENTENCES", "ANSWER_WORDS"]
