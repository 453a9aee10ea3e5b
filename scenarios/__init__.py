"""Scenario files and synthetic cities: what a user writes in, frozen values for the simulator out."""

from scenarios.catalog import Shipped, find_scenario, list_shipped
from scenarios.cities import make_city
from scenarios.city_spec import CitySpec
from scenarios.consistency import Caution
from scenarios.detector_models import load_detector_model, save_detector_model
from scenarios.load import Checked, check_scenario, json_schema, load_scenario

__all__ = [
    "Caution",
    "Checked",
    "CitySpec",
    "Shipped",
    "check_scenario",
    "find_scenario",
    "json_schema",
    "list_shipped",
    "load_detector_model",
    "load_scenario",
    "make_city",
    "save_detector_model",
]
