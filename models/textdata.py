"""Printed lines in the toy world's near scenes: where they are, and how VisionMonitor cuts them out (Text/TurnedRectangle.cs, Text/LineCrop.cs, Families/PaddleTextDetection.cs)."""

import numpy as np
from scipy import ndimage
from scipy.spatial import ConvexHull, QhullError

import toydata

SIDE = 320
# As PaddleTextDetection reads a map: pixels above THRESHOLD, their rectangle grown by area * GROWTH / perimeter, kept where their mean is CONFIDENCE.
THRESHOLD, GROWTH, CONFIDENCE, SHORTEST = 0.3, 1.5, 0.6, 3
# As the toy world says of its print (PrintedText.cs): what is lower, or hidden by more than a twentieth, nobody is asked about.
LEGIBLE, VISIBLE = 9, 0.95


def lines(record):
    """The scene's lines: text, quad [4, 2] in reading order, height across the reading direction, whether a person could read it."""
    found = []
    for item in record["texts"]:
        quad = np.array(item["quad"]).reshape(4, 2)
        along, down = quad[1] - quad[0], quad[3] - quad[0]
        height = abs(along[0] * down[1] - along[1] * down[0]) / np.hypot(*along)
        if item["visible"] > 0:
            found.append({"text": item["text"], "quad": quad, "height": height, "legible": height >= LEGIBLE and item["visible"] >= VISIBLE})
    return found


def reach(width, height):
    """How far a core lies inside its line, so that growing the core gives the line again: d = (w - 2d)(h - 2d) * GROWTH / perimeter of the core."""
    low, high = 0.0, height / 2
    for _ in range(30):
        middle = (low + high) / 2
        inner = (width - 2 * middle, height - 2 * middle)
        low, high = (middle, high) if inner[0] * inner[1] * GROWTH / (2 * sum(inner)) > middle else (low, middle)
    return low


def inside(quad, x, y):
    """Distance of points from the nearest side of a quad, in pixels; negative outside."""
    distance = np.full(np.broadcast(x, y).shape, np.inf)
    turn = np.sign((quad[1] - quad[0])[0] * (quad[3] - quad[0])[1] - (quad[1] - quad[0])[1] * (quad[3] - quad[0])[0])
    for corner, after in zip(quad, np.roll(quad, -1, 0)):
        side = (after - corner) / np.hypot(*(after - corner))
        distance = np.minimum(distance, turn * (side[0] * (y - corner[1]) - side[1] * (x - corner[0])))
    return distance


def rectangle(points):
    """The rectangle of least area around points: centre, width, height, direction."""
    points = np.asarray(points, float)
    try:
        hull = points[ConvexHull(points).vertices]
    except QhullError:
        hull = points
    best = None
    for angle in [0.0, *np.arctan2(*(np.roll(hull, -1, 0) - hull).T[::-1])]:
        turned = hull @ np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        low, high = turned.min(0), turned.max(0)
        if best is None or np.prod(high - low) < best[1] * best[2]:
            middle = (low + high) / 2
            best = (np.array([middle[0] * np.cos(angle) - middle[1] * np.sin(angle), middle[0] * np.sin(angle) + middle[1] * np.cos(angle)]), *(high - low), angle)
    return best


def corners(centre, width, height, angle):
    """Clockwise from the top left as a person would say, [4, 2]."""
    x, y = np.array([np.cos(angle), np.sin(angle)]) * width / 2, np.array([-np.sin(angle), np.cos(angle)]) * height / 2
    four = sorted([centre - x - y, centre + x - y, centre + x + y, centre - x + y], key=lambda corner: corner[0])
    (top, bottom), (top_right, bottom_right) = (sorted(pair, key=lambda corner: corner[1]) for pair in (four[:2], four[2:]))
    return np.array([top, top_right, bottom_right, bottom])


def cut(pixels, quad):
    """The line laid straight, uint8 [height, width, 3], and the crop's axes in the picture: where its left top corner lies, its x and its y direction."""
    width = max(1, int(max(np.hypot(*(quad[1] - quad[0])), np.hypot(*(quad[2] - quad[3])))))
    height = max(1, int(max(np.hypot(*(quad[3] - quad[0])), np.hypot(*(quad[2] - quad[1])))))
    origin, across, down = quad[0], quad[1] - quad[0], quad[3] - quad[0]
    if height >= 1.5 * width:
        # A standing line is turned a quarter to the left: its right side becomes the top.
        origin, across, down, width, height = quad[1], quad[3] - quad[0], quad[0] - quad[1], height, width
    u, v = np.meshgrid((np.arange(width) + 0.5) / width, (np.arange(height) + 0.5) / height)
    place = origin + u[..., None] * across + v[..., None] * down - 0.5
    where = [place[..., 1], place[..., 0]]
    crop = np.stack([ndimage.map_coordinates(pixels[..., channel].astype(np.float32), where, order=1, mode="nearest") for channel in range(3)], -1)
    return (crop + 0.5).astype(np.uint8), (origin, across, down)


def read_map(shares):
    """Lines of a probability map [h, w] as PaddleTextDetection reads them: corners [4, 2] each."""
    groups, count = ndimage.label(shares > THRESHOLD, np.ones((3, 3)))
    found = []
    for index, place in enumerate(ndimage.find_objects(groups), 1):
        y, x = np.nonzero(groups[place] == index)
        points = np.stack((x + place[1].start, y + place[0].start), 1)
        centre, width, height, angle = rectangle(points)
        if min(width, height) < SHORTEST:
            continue
        grid_y, grid_x = np.mgrid[place[0].start:place[0].stop, place[1].start:place[1].stop]
        along = (grid_x - centre[0]) * np.cos(angle) + (grid_y - centre[1]) * np.sin(angle)
        down = (grid_y - centre[1]) * np.cos(angle) - (grid_x - centre[0]) * np.sin(angle)
        within = (abs(along) <= width / 2 + 1e-9) & (abs(down) <= height / 2 + 1e-9)
        grown = 2 * width * height * GROWTH / (2 * (width + height))
        if within.any() and shares[place][within].mean() >= CONFIDENCE and min(width, height) + grown >= SHORTEST + 2:
            found.append(corners(centre, width + grown, height + grown, angle))
    return found


def pictures(folder, count=None):
    """Scenes' pixels uint8 [n, side, side, 3] and their lines."""
    records = toydata.truth(folder)[:count]
    return toydata.images(folder, SIDE)[:len(records)], [lines(record) for record in records]


