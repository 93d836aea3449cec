#!/usr/bin/env python3
"""How far the rows of a pair are apart: rectified_rows.py LEFT RIGHT [LEFT RIGHT …] prints the median of |y_right - y_left| over corners
matched in two dimensions, pixels, one number a pair."""
import sys

import cv2
import numpy as np


def rows(left, right):
    a, b = cv2.imread(left, cv2.IMREAD_GRAYSCALE), cv2.imread(right, cv2.IMREAD_GRAYSCALE)
    corners = cv2.goodFeaturesToTrack(a, 1500, 0.01, 7)
    there, found, _ = cv2.calcOpticalFlowPyrLK(a, b, corners, None, winSize=(21, 21), maxLevel=5)
    back, again, _ = cv2.calcOpticalFlowPyrLK(b, a, there, None, winSize=(21, 21), maxLevel=5)
    good = (found.ravel() == 1) & (again.ravel() == 1) & (np.linalg.norm((back - corners).reshape(-1, 2), axis=1) < 0.2)
    return float(np.median(np.abs((there - corners).reshape(-1, 2)[good, 1])))


if __name__ == "__main__":
    for left, right in zip(sys.argv[1::2], sys.argv[2::2]):
        print(rows(left, right))
