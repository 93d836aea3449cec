# The two commands: `make demo` and `make test`. Each does all its own set-up.

SHELL := /bin/bash
SWIFT ?= swift
BUILD := $(SWIFT) build -c release
SCENE := SampleData/Pairs/Motorcycle
OUT   := demo-output

# Where `make install` puts things; DESTDIR is set before the prefix, for packages.
PREFIX  ?= /usr/local
DESTDIR ?=

# C libraries that the package links, as pkg-config and apt name them.
LIBRARIES := libpng libjpeg libtiff-4 libwebp libzip yaml-0.1 expat
PACKAGES  := pkg-config libpng-dev libjpeg-dev libtiff-dev libwebp-dev libzip-dev libyaml-dev libexpat1-dev

.PHONY: demo test build install setup test-tools lint format docs bench clean

demo: setup
	$(BUILD) --product stereodepth
	@mkdir -p $(OUT)
	@tool="$$($(BUILD) --show-bin-path)/stereodepth"; \
	"$$tool" match $(SCENE)/left.png $(SCENE)/right.png --calibration $(SCENE)/calib.txt --preset quality \
	  --confidence $(OUT)/confidence.png --point-cloud $(OUT)/cloud.ply \
	  --disparity $(OUT)/disparity.pfm --depth $(OUT)/depth.png --preview $(OUT)/preview.png && \
	echo && echo "Error against the ground truth (Middlebury's measures over all known pixels):" && \
	"$$tool" evaluate $(OUT)/disparity.pfm $(SCENE)/disp0.pfm --protocol middlebury && \
	echo && echo "Look at $(CURDIR)/$(OUT)/preview.png (colours), depth.png (16-bit millimetres) and cloud.ply."

# Tests need no `@testable`: without it they share the objects of the plain build instead of compiling everything again.
test: setup
	$(SWIFT) test -c release --disable-xctest --disable-testable-imports

build: setup
	$(BUILD)

# A program that needs no Swift on the machine: the runtime is in it, the bundled models too, and nothing that it does not use.
STATIC := .build-static
install: setup
	$(BUILD) --product stereodepth --scratch-path $(STATIC) --static-swift-stdlib -Xlinker --gc-sections
	install -D -s -m 755 "$$($(BUILD) --scratch-path $(STATIC) --show-bin-path)/stereodepth" "$(DESTDIR)$(PREFIX)/bin/stereodepth"
	@echo "Installed $(DESTDIR)$(PREFIX)/bin/stereodepth"

# Installs what is missing, with sudo where not root; says what to do where neither is possible.
setup:
	@command -v $(SWIFT) >/dev/null || { echo "Swift 6.3 is needed: see https://www.swift.org/install/linux/" >&2; exit 69; }
	@command -v pkg-config >/dev/null && pkg-config --exists $(LIBRARIES) && exit 0; \
	if ! command -v apt-get >/dev/null; then \
	  echo "Please install the C libraries $(LIBRARIES) with their headers; there is no apt-get here to do it." >&2; exit 69; fi; \
	if [ "$$(id -u)" = 0 ]; then run=; elif command -v sudo >/dev/null; then run=sudo; else \
	  echo "Please have an administrator run: apt-get install $(PACKAGES)" >&2; exit 69; fi; \
	echo "Installing $(PACKAGES)"; \
	$$run apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$run apt-get install -y -qq $(PACKAGES) >/dev/null

lint:
	$(SWIFT) format lint --strict --recursive --parallel Package.swift Sources Tests

format:
	$(SWIFT) format --in-place --recursive --parallel Package.swift Sources Tests

# Documentation, warnings as errors; open with `swift package preview-documentation --target StereoDepth`.
docs:
	$(SWIFT) package --scratch-path .build-docs --allow-writing-to-directory .build-docs/html \
	  generate-documentation --target StereoDepth --output-path .build-docs/html --warnings-as-errors

# What tests use besides: NumPy for the independent scores, Chromium for the report. Tests say so and skip without them.
test-tools:
	@python3 -c "import numpy" 2>/dev/null || python3 -m pip install -q --user numpy || echo "no NumPy: its tests will be skipped"
	@command -v chromium >/dev/null || { [ "$$(id -u)" = 0 ] && apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null; } \
	  || echo "no Chromium: the report is not opened in a browser"

bench: setup
	$(BUILD) --product stereodepth-bench
	"$$($(BUILD) --show-bin-path)/stereodepth-bench"

clean:
	rm -rf .build .build-* $(OUT)
