// SPDX-License-Identifier: MIT
import type { App } from "./app";
import type { Panel } from "./panel";
import { OverviewPanel } from "./panels/overview";
import { DendritePanel } from "./panels/dendrite";
import { DepthPanel } from "./panels/depth";
import { MorphologyPanel } from "./panels/morphology";
import { PositionsPanel } from "./panels/positions";
import { RasterPanel } from "./panels/raster";
import { SlicesPanel } from "./panels/slices";
import { SpectraPanel } from "./panels/spectra";
import { TracesPanel } from "./panels/traces";

export interface PanelKind {
  kind: string;
  title: string;
  make: (app: App) => Panel;
  /** Columns of twelve and rows of 40 px that it takes at first; 0: not there at first. */
  wide: number;
  high: number;
  /** Whether this run has something for it. */
  fits: (app: App) => boolean;
}

const segments = (a: App) => a.signals("segment").length > 0;

export const panelKinds: PanelKind[] = [
  { kind: "overview", title: "Run", make: (a) => new OverviewPanel(a), wide: 6, high: 7, fits: () => true },
  { kind: "raster", title: "Spikes", make: (a) => new RasterPanel(a), wide: 6, high: 7, fits: (a) => a.spikePorts().length > 0 },
  { kind: "traces", title: "Traces", make: (a) => new TracesPanel(a), wide: 6, high: 7, fits: (a) => a.signals().length > 0 },
  { kind: "morphology", title: "Morphology", make: (a) => new MorphologyPanel(a), wide: 6, high: 10, fits: segments },
  { kind: "depth", title: "Field over depth", make: (a) => new DepthPanel(a), wide: 6, high: 8, fits: (a) => a.signals("electrode").length > 0 },
  { kind: "spectra", title: "Spectrum", make: (a) => new SpectraPanel(a), wide: 6, high: 8, fits: (a) => a.signals().length > 0 },
  { kind: "positions", title: "Network", make: (a) => new PositionsPanel(a), wide: 6, high: 8, fits: (a) => a.spikePorts().length > 0 },
  { kind: "dendrite", title: "Along the dendrite", make: (a) => new DendritePanel(a), wide: 6, high: 7, fits: segments },
  { kind: "slices", title: "Slices", make: (a) => new SlicesPanel(a), wide: 6, high: 8, fits: (a) => a.signals("voxel").length > 0 },
];
