"""The scenes that are shipped, as scripts."""

from __future__ import annotations

from collections.abc import Mapping

from hw.drawing.backdrop import Lamp
from hw.drawing.script import (
    Block,
    Carries,
    Crowd,
    Drinks,
    Drives,
    Falls,
    Fights,
    Ground,
    Litters,
    Loiters,
    Passers,
    PutsDown,
    Role,
    Script,
    Sits,
    Wall,
)
from hw.optics import Mount, View

_WOOD, _STEEL, _GLASS, _PAINT = (52, 92, 132), (120, 122, 124), (150, 146, 138), (70, 120, 60)


def _bench(x_m: float, y_m: float) -> tuple[Block, ...]:
    return (
        Block(centre=(x_m, y_m + 0.3), size_m=(1.9, 0.06, 0.3), colour=_WOOD, base_m=0.55),
        Block(centre=(x_m, y_m + 0.12), size_m=(1.9, 0.42, 0.06), colour=_WOOD, base_m=0.38),
        *(Block(centre=(x_m + side, y_m + 0.14), size_m=(0.07, 0.4, 0.38), colour=_STEEL) for side in (-0.8, 0.8)),
    )


def _stall(x_m: float, y_m: float, awning: tuple[int, int, int]) -> tuple[Block, ...]:
    return (
        Block(centre=(x_m, y_m), size_m=(2.6, 1.1, 0.85), colour=(96, 130, 160)),
        *(Block(centre=(x_m - 0.9 + 0.6 * i, y_m - 0.1), size_m=(0.5, 0.7, 0.16), colour=colour, base_m=0.85)
          for i, colour in enumerate(((40, 60, 190), (50, 170, 210), (60, 150, 70), (40, 110, 220)))),
        *(Block(centre=(x_m + side, y_m + 0.6), size_m=(0.06, 0.06, 2.2), colour=_STEEL) for side in (-1.3, 1.3)),
        Block(centre=(x_m, y_m + 0.6), size_m=(2.9, 0.9, 0.1), colour=awning, base_m=2.2),
    )


_BUS_STOP = Script(
    name="bus_stop", about="people wait for a bus; one drops a matchbox, one walks up and down too long",
    mount=Mount(height_m=6.0, heading_deg=90.0), view=View(pan_deg=0.0, tilt_deg=-17.0, hfov_deg=60.0),
    grounds=(
        Ground(surface="asphalt", west_m=-42.0, east_m=42.0, south_m=0.0, north_m=12.0),
        Ground(surface="paving", west_m=-42.0, east_m=42.0, south_m=12.0, north_m=20.0),
        Ground(surface="grass", west_m=-48.0, east_m=48.0, south_m=20.0, north_m=32.0),
    ),
    walls=(Wall(start=(-44.0, 32.0), end=(-4.0, 32.0), height_m=13.0, is_plain=True),
           Wall(start=(-4.0, 32.0), end=(44.0, 32.0), height_m=10.0, is_plain=True)),
    blocks=(
        Block(centre=(-3.0, 18.6), size_m=(4.4, 0.05, 2.1), colour=_GLASS, base_m=0.2),
        Block(centre=(-3.0, 18.2), size_m=(4.8, 1.3, 0.12), colour=_PAINT, base_m=2.35),
        *(Block(centre=(x, 18.55), size_m=(0.09, 0.09, 2.4), colour=_STEEL) for x in (-5.2, -0.8)),
        *_bench(-3.0, 17.9),
        Block(centre=(1.2, 13.0), size_m=(0.08, 0.08, 2.9), colour=_STEEL),
        Block(centre=(1.2, 13.0), size_m=(0.5, 0.05, 0.5), colour=(170, 90, 40), base_m=2.4),
        Block(centre=(0.6, 18.2), size_m=(0.45, 0.45, 0.9), colour=_PAINT),
    ),
    lamps=(Lamp(x_m=-8.0, y_m=15.0), Lamp(x_m=6.0, y_m=15.0)),
    roles=(
        Role(name="smoker", knots=((2.0, 16.0, 15.4), (9.0, 2.2, 15.2), (19.0, 2.2, 15.2), (32.0, -16.0, 14.6)),
             faces=(0.0, 5.0), deeds=(Litters(item="matchbox", t_s=14.0),)),
        Role(name="idler", knots=((3.0, -14.0, 16.6), (10.0, -5.5, 16.6), (56.0, -4.0, 16.2), (68.0, 10.0, 16.4)),
             wander_m=1.6, deeds=(Loiters(start_s=10.0, end_s=56.0),)),
        Role(name="waiting", knots=((-5.0, -12.0, 16.0), (3.0, -1.9, 16.4), (60.0, -1.9, 16.4)), faces=(-2.0, 0.0),
             deeds=(Carries(item="shopping_bag"),)),
        Role(name="seated", knots=((-5.0, -3.4, 18.0), (60.0, -3.4, 18.0)), faces=(-3.4, 0.0),
             deeds=(Sits(start_s=-9.0, end_s=80.0),)),
        Role(name="rider", knots=((20.0, -22.0, 10.9), (29.0, 22.0, 10.9)), rides=True),
    ),
    passers=(Passers(n=5, start=((-22.0, 13.2), (-22.0, 14.6)), end=((22.0, 13.2), (22.0, 14.6)),
                     carries=("shopping_bag", "", "briefcase")),),
    drives=(
        Drives(knots=((6.0, -30.0, 8.6), (10.0, 30.0, 8.6)), colour=(40, 40, 150)),
        Drives(knots=((34.0, 32.0, 5.4), (39.0, -32.0, 5.4)), colour=(150, 150, 146)),
        Drives(knots=((47.0, -30.0, 8.6), (51.5, 30.0, 8.6)), colour=(90, 60, 40)),
    ),
    presets=(View(pan_deg=-6.75, tilt_deg=-21.7, hfov_deg=2.6), View(pan_deg=9.0, tilt_deg=-17.0, hfov_deg=20.0)),
)

_MARKET = Script(
    name="market", about="stalls and shoppers; two men drop cigarette butts, a bottle is thrown",
    mount=Mount(height_m=5.0, heading_deg=90.0), view=View(pan_deg=0.0, tilt_deg=-19.0, hfov_deg=58.0),
    grounds=(Ground(surface="paving", west_m=-30.0, east_m=30.0, south_m=0.0, north_m=27.0),),
    walls=(Wall(start=(-30.0, 27.0), end=(-4.0, 27.0), height_m=8.0), Wall(start=(-4.0, 27.0), end=(30.0, 27.0),
                                                                        height_m=8.0, is_plain=True)),
    blocks=(*_stall(-7.0, 17.5, (40, 40, 170)), *_stall(-2.6, 18.2, (150, 90, 40)), *_stall(3.4, 18.0, (60, 140, 70)),
            *_stall(8.2, 17.4, (40, 130, 200)), Block(centre=(5.6, 11.0), size_m=(0.45, 0.45, 0.9), colour=_PAINT)),
    lamps=(Lamp(x_m=-4.0, y_m=13.0), Lamp(x_m=5.0, y_m=16.0)),
    roles=(
        Role(name="smoker_one", knots=((4.0, -13.0, 11.0), (12.5, -2.0, 10.6), (24.0, -2.0, 10.6), (36.0, -15.0, 9.0)),
             faces=(0.0, 10.8), deeds=(Litters(item="cigarette_butt", t_s=18.0),)),
        Role(name="smoker_two", knots=((6.0, 13.0, 12.0), (15.5, 0.1, 10.9), (40.0, 0.1, 10.9), (54.0, 16.0, 12.0)),
             faces=(-2.0, 10.6), deeds=(Litters(item="cigarette_butt", t_s=31.0),)),
        Role(name="thrower", knots=((30.0, 14.0, 13.8), (40.0, 1.5, 13.4), (60.0, -22.0, 12.6)),
             deeds=(Litters(item="bottle", t_s=42.0, throw_to=(-1.6, 9.2)),)),
        *(Role(name=f"seller_{i}", knots=((-5.0, x, 19.2), (60.0, x, 19.2)), faces=(x, 5.0))
          for i, x in enumerate((-7.3, -2.2, 3.2, 8.4))),
        Role(name="shopper_one", knots=((-5.0, -6.0, 15.6), (60.0, 7.0, 15.8)), wander_m=0.5,
             deeds=(Carries(item="shopping_bag"),)),
        Role(name="shopper_two", knots=((-5.0, 8.0, 15.4), (60.0, -4.0, 15.9)), wander_m=0.7),
    ),
    passers=(Passers(n=6, start=((-18.0, 7.5), (-18.0, 14.0)), end=((18.0, 7.5), (18.0, 14.0)),
                     carries=("shopping_bag", "", "backpack")),
             Passers(n=2, start=((-18.0, 12.0), (-18.0, 13.5)), end=((18.0, 12.0), (18.0, 13.5)), group=3)),
    presets=(View(pan_deg=8.98, tilt_deg=-25.7, hfov_deg=2.4), View(pan_deg=1.17, tilt_deg=-24.0, hfov_deg=2.4)),
)

_PLAYGROUND = Script(
    name="playground", about="two people drink on a bench by the sand pit; a dog is walked past, somebody falls",
    mount=Mount(height_m=5.5, heading_deg=90.0), view=View(pan_deg=0.0, tilt_deg=-21.0, hfov_deg=55.0),
    grounds=(Ground(surface="grass", west_m=-30.0, east_m=30.0, south_m=0.0, north_m=30.0),
             Ground(surface="sand", west_m=1.5, east_m=8.0, south_m=11.0, north_m=17.0),
             Ground(surface="paving", west_m=-30.0, east_m=30.0, south_m=7.0, north_m=9.4)),
    walls=(Wall(start=(-32.0, 30.0), end=(32.0, 30.0), height_m=14.0, is_plain=True),),
    blocks=(*_bench(-2.6, 11.6), *_bench(-6.6, 11.6),
            *(Block(centre=(x, y), size_m=(0.1, 0.1, 2.2), colour=(40, 40, 190)) for x in (3.0, 6.0)
              for y in (13.8, 14.6)),
            Block(centre=(4.5, 14.2), size_m=(3.2, 0.1, 0.1), colour=(40, 170, 220), base_m=2.15),
            Block(centre=(-0.6, 11.8), size_m=(0.45, 0.45, 0.9), colour=_PAINT)),
    lamps=(Lamp(x_m=-3.0, y_m=10.0), Lamp(x_m=6.0, y_m=10.0)),
    roles=(
        Role(name="drinker", knots=((-5.0, -3.0, 11.6), (60.0, -3.0, 11.6)), faces=(-3.0, 0.0),
             deeds=(Sits(start_s=-9.0, end_s=90.0), Drinks(start_s=8.0, end_s=44.0))),
        Role(name="friend", knots=((2.0, -12.0, 8.2), (10.0, -1.5, 10.9), (46.0, -1.5, 10.9), (56.0, 12.0, 8.4)),
             faces=(-3.0, 11.0), deeds=(Drinks(start_s=16.0, end_s=40.0, item="can"),)),
        Role(name="child_one", knots=((-5.0, 3.0, 13.0), (60.0, 6.5, 15.0)), wander_m=1.8, height_m=1.15),
        Role(name="child_two", knots=((-5.0, 6.5, 12.4), (60.0, 4.0, 15.0)), wander_m=1.8, height_m=1.28),
        Role(name="parent", knots=((-5.0, 8.8, 12.4), (60.0, 8.8, 12.4)), faces=(4.0, 14.0)),
        Role(name="walker", knots=((22.0, -15.0, 7.8), (45.0, 15.0, 7.8)), height_m=1.7),
        Role(name="stumbler", knots=((36.0, 14.0, 8.8), (46.0, 2.5, 8.6), (58.0, 2.5, 8.6), (70.0, -10.0, 8.6)),
             deeds=(Falls(t_s=46.0, lie_s=10.0),)),
    ),
    drives=(Drives(knots=((22.6, -14.0, 7.3), (45.6, 16.0, 7.3)), colour=(60, 96, 150), is_dog=True),),
    presets=(View(pan_deg=14.0, tilt_deg=-22.0, hfov_deg=16.0),),
)

_SQUARE = Script(
    name="square", about="a crowd gathers; two men fight, one is knocked down; a case is left and fetched",
    mount=Mount(height_m=9.0, heading_deg=90.0), view=View(pan_deg=0.0, tilt_deg=-24.0, hfov_deg=60.0),
    grounds=(Ground(surface="paving", west_m=-42.0, east_m=42.0, south_m=0.0, north_m=42.0),),
    walls=(Wall(start=(-44.0, 42.0), end=(44.0, 42.0), height_m=15.0, is_plain=True),),
    blocks=(Block(centre=(0.0, 30.0), size_m=(3.0, 3.0, 1.2), colour=(120, 126, 130)),
            Block(centre=(0.0, 30.0), size_m=(1.2, 1.2, 3.6), colour=(96, 110, 112), base_m=1.2),
            *_bench(-9.0, 19.0), *_bench(10.5, 20.0)),
    lamps=(Lamp(x_m=-8.0, y_m=18.0, reach_m=9.0), Lamp(x_m=8.0, y_m=24.0, reach_m=9.0)),
    roles=(
        Role(name="fighter_a", knots=((4.0, -18.0, 14.0), (17.0, -4.6, 14.2), (36.0, -4.6, 14.2), (50.0, -20.0, 12.0)),
             faces=(-3.8, 14.2), deeds=(Fights(other="fighter_b", start_s=18.5, end_s=29.0),)),
        Role(name="fighter_b", knots=((5.0, 12.0, 14.5), (18.0, -3.75, 14.2), (54.0, -3.75, 14.2), (60.0, 2.0, 10.0)),
             faces=(-4.6, 14.2), deeds=(Fights(other="fighter_a", start_s=18.5, end_s=29.0),
                                        Falls(t_s=29.0, lie_s=20.0, is_backwards=True))),
        Role(name="courier", knots=((6.0, 14.0, 15.0), (14.0, 6.2, 15.2), (17.0, 6.2, 15.2), (24.0, 13.0, 13.0),
                                    (34.0, 13.0, 13.0), (41.0, 6.2, 15.2), (44.0, 6.2, 15.2), (54.0, 18.0, 12.0)),
             deeds=(PutsDown(item="briefcase", t_s=15.5, taken_s=42.5),)),
    ),
    passers=(Passers(n=6, start=((-22.0, 10.0), (-26.0, 26.0)), end=((22.0, 10.0), (26.0, 26.0)),
                     carries=("backpack", "", "")),),
    crowds=(Crowd(n=40, centre=(3.0, 23.0), radius_m=4.5, gather_s=4.0, full_s=30.0, part_s=46.0),),
    presets=(View(pan_deg=16.5, tilt_deg=-28.5, hfov_deg=16.0), View(pan_deg=-19.4, tilt_deg=-28.4, hfov_deg=8.0)),
)

SCRIPTS: Mapping[str, Script] = {script.name: script for script in (_BUS_STOP, _MARKET, _PLAYGROUND, _SQUARE)}
"""By name."""
