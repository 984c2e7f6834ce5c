// SPDX-License-Identifier: MIT
// The 3-D scene, the only part with three.js; loaded when it is opened.
import {
  AmbientLight, Box3, Color, CylinderGeometry, DirectionalLight, InstancedBufferAttribute, InstancedMesh, Matrix4, MeshLambertMaterial, PerspectiveCamera,
  Plane, Quaternion, Raycaster, Scene as Space, Vector2, Vector3, WebGLRenderer,
} from "three";
import { OrbitControls } from "three/examples/jsm/controls/OrbitControls.js";

/** End points and end diameters of every segment [um]. */
export interface Segments {
  x0: number[]; y0: number[]; z0: number[];
  x1: number[]; y1: number[]; z1: number[];
  d0: number[]; d1: number[];
}
export interface SceneModule { Scene: typeof Scene }

const thinnest = 1 / 420; // of the height of all: thinner ones could not be seen

export class Scene {
  readonly canvas: HTMLCanvasElement;
  segments = 0;
  private readonly renderer: WebGLRenderer;
  private readonly space = new Space();
  private readonly camera = new PerspectiveCamera(35, 1, 1, 1e5);
  private readonly controls: OrbitControls;
  private mesh: InstancedMesh | null = null;
  private readonly plane = new Plane(new Vector3(1, 0, 0), 0);
  private readonly bounds = new Box3();

  constructor(background: string, private readonly changed: () => void) {
    this.renderer = new WebGLRenderer({ antialias: true, preserveDrawingBuffer: false });
    this.renderer.setPixelRatio(Math.min(2, window.devicePixelRatio || 1));
    this.canvas = this.renderer.domElement;
    this.background(background);
    this.space.add(new AmbientLight(0xffffff, 1.6));
    const sun = new DirectionalLight(0xffffff, 2.2);
    sun.position.set(0.5, 1, 0.8);
    this.camera.add(sun);
    this.space.add(this.camera);
    this.controls = new OrbitControls(this.camera, this.canvas);
    this.controls.addEventListener("change", this.changed);
  }

  background(color: string): void {
    this.space.background = new Color(color);
    this.changed();
  }
  resize(width: number, height: number): void {
    if (width < 2 || height < 2) return;
    this.renderer.setSize(width, height, false);
    this.camera.aspect = width / height;
    this.camera.updateProjectionMatrix();
  }

  /** One instance a segment: a cylinder of its mean diameter. */
  build(s: Segments): void {
    this.mesh?.removeFromParent();
    this.mesh?.geometry.dispose();
    const n = s.x0.length;
    this.segments = n;
    // fewer sides where there are many
    const sides = n > 60_000 ? 3 : n > 15_000 ? 4 : 7;
    this.mesh = new InstancedMesh(new CylinderGeometry(0.5, 0.5, 1, sides, 1, false), new MeshLambertMaterial({ color: 0xffffff }), n);
    this.mesh.instanceColor = new InstancedBufferAttribute(new Float32Array(3 * n).fill(0.5), 3);
    const matrix = new Matrix4();
    const turn = new Quaternion();
    const up = new Vector3(0, 1, 0);
    this.bounds.makeEmpty();
    for (let k = 0; k < n; ++k) this.bounds.expandByPoint(new Vector3(s.x0[k]!, s.y0[k]!, s.z0[k]!)).expandByPoint(new Vector3(s.x1[k]!, s.y1[k]!, s.z1[k]!));
    const size = this.bounds.getSize(new Vector3());
    const least = thinnest * Math.max(size.x, size.y, size.z);
    const [a, b, middle, along] = [new Vector3(), new Vector3(), new Vector3(), new Vector3()];
    for (let k = 0; k < n; ++k) {
      a.set(s.x0[k]!, s.y0[k]!, s.z0[k]!);
      b.set(s.x1[k]!, s.y1[k]!, s.z1[k]!);
      along.subVectors(b, a);
      const length = Math.max(along.length(), 1e-3);
      const width = Math.max(least, (s.d0[k]! + s.d1[k]!) / 2);
      middle.addVectors(a, b).multiplyScalar(0.5);
      turn.setFromUnitVectors(up, along.divideScalar(length));
      matrix.compose(middle, turn, new Vector3(width, length * 1.02, width));
      this.mesh.setMatrixAt(k, matrix);
    }
    this.space.add(this.mesh);
    this.mesh.computeBoundingSphere();
    this.home();
  }

  /** All of it in sight, from the front. */
  home(): void {
    const size = this.bounds.getSize(new Vector3());
    const middle = this.bounds.getCenter(new Vector3());
    const half = (this.camera.fov * Math.PI) / 360;
    const distance = Math.max(size.y / 2, size.x / 2 / Math.max(0.2, this.camera.aspect)) / Math.tan(half) + size.z / 2;
    this.camera.position.set(middle.x + distance * 0.25, middle.y + distance * 0.08, middle.z + distance * 1.02);
    this.camera.near = distance / 500;
    this.camera.far = distance * 20;
    this.camera.updateProjectionMatrix();
    this.controls.target.copy(middle);
    this.controls.update();
    this.changed();
  }

  /** Colours from values; cells other than `chosen` are paler where one is chosen. */
  color(values: Float32Array, low: number, high: number, map: Uint32Array, cells: number[] | null, chosen: number): void {
    if (!this.mesh) return;
    const to = this.mesh.instanceColor!.array as Float32Array;
    const scale = 255 / (high - low || 1);
    for (let k = 0; k < this.segments; ++k) {
      const v = map[Math.max(0, Math.min(255, Math.round((values[k]! - low) * scale)))]!;
      const part = cells && cells[k] !== chosen ? 0.35 : 1;
      const rest = (1 - part) * 0.45;
      to[3 * k] = linear[v & 255]! * part + rest;
      to[3 * k + 1] = linear[(v >> 8) & 255]! * part + rest;
      to[3 * k + 2] = linear[(v >> 16) & 255]! * part + rest;
    }
    this.mesh.instanceColor!.needsUpdate = true;
  }
  grey(): void {
    if (!this.mesh) return;
    (this.mesh.instanceColor!.array as Float32Array).fill(0.3);
    this.mesh.instanceColor!.needsUpdate = true;
  }

  /** Hides what lies beyond a part of the way along an axis. */
  clip(axis: "off" | "x" | "y" | "z", at: number): void {
    this.renderer.localClippingEnabled = axis !== "off";
    const material = this.mesh?.material as MeshLambertMaterial | undefined;
    if (!material) return;
    if (axis !== "off") {
      this.plane.normal.set(axis === "x" ? -1 : 0, axis === "y" ? -1 : 0, axis === "z" ? -1 : 0);
      this.plane.constant = this.bounds.min[axis] + (this.bounds.max[axis] - this.bounds.min[axis]) * at;
    }
    material.clippingPlanes = axis === "off" ? null : [this.plane];
    material.needsUpdate = true;
  }

  /** The segment at a place of the canvas, or -1. */
  pick(x: number, y: number): number {
    if (!this.mesh) return -1;
    const ray = new Raycaster();
    ray.setFromCamera(new Vector2((x / this.canvas.clientWidth) * 2 - 1, 1 - (y / this.canvas.clientHeight) * 2), this.camera);
    const hits = ray.intersectObject(this.mesh, false);
    const clipped = this.renderer.localClippingEnabled;
    return hits.find((hit) => !clipped || this.plane.distanceToPoint(hit.point) >= 0)?.instanceId ?? -1;
  }

  render(): void {
    this.renderer.render(this.space, this.camera);
  }
  /** The picture in any size, for export. */
  snapshot(scale: number): HTMLCanvasElement {
    const before = this.renderer.getPixelRatio();
    this.renderer.setPixelRatio(scale);
    this.render();
    const copy = document.createElement("canvas");
    copy.width = this.canvas.width;
    copy.height = this.canvas.height;
    copy.getContext("2d")!.drawImage(this.canvas, 0, 0);
    this.renderer.setPixelRatio(before);
    this.render();
    return copy;
  }
  dispose(): void {
    this.controls.dispose();
    this.mesh?.geometry.dispose();
    this.renderer.dispose();
    this.renderer.forceContextLoss();
  }
}

/** A screen's colours as the amounts of light that shading reckons with. */
const linear = Float32Array.from({ length: 256 }, (_, k) => Math.pow(k / 255, 2.2));
