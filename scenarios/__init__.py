"""Scenario files, real and synthetic cities, a planner's own data: what a user writes in, frozen values out."""

from scenarios.cameras_file import load_cameras
from scenarios.catalog import Shipped, find_scenario, list_shipped
from scenarios.caution import Caution
from scenarios.cities import make_city
from scenarios.city_spec import CitySpec
from scenarios.detector_models import load_detector_model, save_detector_model
from scenarios.human_parameters import Confidence, HumanParameter, cited_parameters, load_human_parameters
from scenarios.inspector_models import load_inspector_model, write_inspector_model
from scenarios.load import Checked, check_scenario, json_schema, load_scenario, load_targets, load_told
from scenarios.osm import RealCity, load_osm_city
from scenarios.planner_import import DroppedColumn, Imported, import_planner_data
from scenarios.targets import Range, Targets
from scenarios.told import Told
from sim.occasions import NamedCount

__all__ = [
    "Caution",
    "Checked",
    "CitySpec",
    "Confidence",
    "DroppedColumn",
    "HumanParameter",
    "Imported",
    "NamedCount",
    "Range",
    "RealCity",
    "Shipped",
    "Targets",
    "Told",
    "check_scenario",
    "cited_parameters",
    "find_scenario",
    "import_planner_data",
    "json_schema",
    "list_shipped",
    "load_cameras",
    "load_detector_model",
    "load_human_parameters",
    "load_inspector_model",
    "load_osm_city",
    "load_scenario",
    "load_targets",
    "load_told",
    "make_city",
    "save_detector_model",
    "write_inspector_model",
]
