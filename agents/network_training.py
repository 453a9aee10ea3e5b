"""Training the network that scores units by maskable proximal policy optimization (extra ``rl``)."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import torch
from gymnasium import spaces
from numpy.typing import NDArray
from sb3_contrib import MaskablePPO
from sb3_contrib.common.maskable.policies import MaskableActorCriticPolicy
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.vec_env import DummyVecEnv
from torch import nn

from agents.dispatch_view import F4
from agents.env_dispatch import DispatchEnv
from agents.env_replication import Observation
from agents.network_policy import ROW_WIDTH, STEEP, UnitNetwork, unit_rows

EMBEDDED, HIDDEN = 32, 32
N_ENVS, N_STEPS, BATCH, EPOCHS = 16, 256, 512, 8
LEARNING_RATE, ENTROPY_COST = 3e-3, 0.001
DISCOUNT, TRACE_DECAY = 0.9, 0.9
"""A unit that is sent is back after a few calls, so what comes later has nothing to do with who was sent."""

Advance = Callable[[int, int | None], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainedNetwork:
    """What a training came to."""

    network: UnitNetwork
    n_updates: int
    """Of the weights, those of earlier trainings that it went on from included."""


class RowsEnv(gymnasium.ObservationWrapper[F4, np.int64, Observation]):
    """The dispatch environment as the network sees it: a row for each unit, and one for waiting."""

    def __init__(self, env: DispatchEnv) -> None:
        super().__init__(env)
        self._masks = env.action_masks
        self.observation_space = spaces.Box(0.0, 1.0, (env.play.n_units + 1, ROW_WIDTH), np.float32)

    def observation(self, observation: Observation) -> F4:
        """Return the rows of an observation."""
        return unit_rows(observation["call"], observation["units"])

    def action_masks(self) -> NDArray[np.bool_]:
        """Return which actions may be chosen."""
        return self._masks()


class _Scores(nn.Module):  # type: ignore[misc] # torch is not there where types are checked
    """``UnitNetwork`` with gradients; takes rows one after another, (b, (u + 1) · 10), and returns (b, u + 1)."""

    def __init__(self) -> None:
        super().__init__()
        self.embed, self.join = nn.Linear(ROW_WIDTH, EMBEDDED), nn.Linear(2 * EMBEDDED, HIDDEN)
        self.score = nn.Linear(HIDDEN, 1, bias=False)
        nn.init.zeros_(self.score.weight)  # so it begins with the nearest unit

    def forward(self, flat: torch.Tensor) -> torch.Tensor:
        rows = flat.unflatten(1, (-1, ROW_WIDTH))
        embedded = torch.tanh(self.embed(rows))
        mean = (rows[..., :1] * embedded).mean(dim=1, keepdim=True).expand_as(embedded)
        hidden = torch.tanh(self.join(torch.cat((embedded, mean), dim=-1)))
        return self.score(hidden).squeeze(-1) - STEEP * rows[..., 1]

    def network(self) -> UnitNetwork:
        """Return the weights as they are now."""
        embed, join, score = (layer.weight.detach().double().T.numpy() for layer in (self.embed, self.join, self.score))
        return UnitNetwork(
            embed=_rows(embed), embed_bias=_row(self.embed.bias.detach().double().numpy()), join=_rows(join),
            join_bias=_row(self.join.bias.detach().double().numpy()), score=_row(score[:, 0]))


class _ScoringPolicy(MaskableActorCriticPolicy):  # type: ignore[misc] # as above
    """An actor that scores rows, and a critic that sees them all."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options, net_arch={"pi": [], "vf": [64, 64]})

    def _build(self, lr_schedule: Callable[[float], float]) -> None:
        super()._build(lr_schedule)
        self.action_net = _Scores()
        self.optimizer = self.optimizer_class(self.parameters(), lr=lr_schedule(1), **self.optimizer_kwargs)


class _Journal(BaseCallback):  # type: ignore[misc] # as above
    """Tells how far it is, keeps the state after each update, and ends when the budget is spent."""

    def __init__(self, kept: Path, key: str, *, n_updates: int, budget_s: float, advance: Advance) -> None:
        super().__init__()
        self.n_updates = n_updates
        self._kept, self._key, self._budget_s, self._advance = kept, key, budget_s, advance
        self._began_s, self._has_played = time.monotonic(), False

    def _on_rollout_start(self) -> None:
        """Keep what the update before came to."""
        if self._has_played:
            self.n_updates += 1
            self.keep()
        self._advance(self.n_updates, None)

    def _on_rollout_end(self) -> None:
        self._has_played = True

    def _on_step(self) -> bool:
        return not self._has_played or time.monotonic() - self._began_s < self._budget_s

    def keep(self) -> None:
        """Write weights and optimizer, the file whole or not at all."""
        fresh = self._kept.with_suffix(".new")
        torch.save({"key": self._key, "n_updates": self.n_updates, "policy": self.model.policy.state_dict(),
                    "optimizer": self.model.policy.optimizer.state_dict()}, fresh)
        fresh.replace(self._kept)


def train_network(
    make_env: Callable[[], DispatchEnv], *, budget_s: float, seed: int, kept: Path, key: str, advance: Advance,
) -> TrainedNetwork:
    """Train until the budget is spent, at least one update, going on from what is kept under the key.

    Args:
        make_env: makes an environment; sixteen are stepped in turn, on traces of seeds from ``seed`` on.
        budget_s: wall-clock time.
        seed: of traces and of what is drawn in training.
        kept: file of the state after each update.
        key: of all that the training depends on; what is kept under another is left aside.
        advance: told the number of updates.
    """
    torch.set_num_threads(1)
    state = _kept_state(kept, key)
    n_updates = int(state["n_updates"]) if state else 0
    model = MaskablePPO(
        _ScoringPolicy, DummyVecEnv([lambda: RowsEnv(make_env())] * N_ENVS), n_steps=N_STEPS, batch_size=BATCH,
        n_epochs=EPOCHS, learning_rate=LEARNING_RATE, gamma=DISCOUNT, gae_lambda=TRACE_DECAY, ent_coef=ENTROPY_COST,
        seed=seed + N_ENVS * n_updates, device="cpu")
    if state:
        model.policy.load_state_dict(state["policy"])
        model.policy.optimizer.load_state_dict(state["optimizer"])
    journal = _Journal(kept, key, n_updates=n_updates, budget_s=budget_s, advance=advance)
    model.learn(total_timesteps=2**62, callback=journal)
    return TrainedNetwork(network=model.policy.action_net.network(), n_updates=journal.n_updates)


def _kept_state(kept: Path, key: str) -> dict[str, Any] | None:
    if not kept.exists():
        return None
    state: dict[str, Any] = torch.load(kept, weights_only=True)
    return state if state.get("key") == key else None


def _row(values: NDArray[np.float64]) -> tuple[float, ...]:
    return tuple(values.tolist())


def _rows(values: NDArray[np.float64]) -> tuple[tuple[float, ...], ...]:
    return tuple(_row(row) for row in values)
