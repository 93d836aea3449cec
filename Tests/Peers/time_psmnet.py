"""Times PSMNet in PyTorch, ONNX Runtime, OpenVINO and StereoDepth, on the same weights and the same CPU, in one run.

    python Tests/Peers/time_psmnet.py --bench .build/release/stereodepth-bench [--width 512 --height 256] [--threads 2]
        [--peers pytorch,onnxruntime,openvino,stereodepth] [--rounds 2] [--json FILE]

Each peer runs in a process of its own: one frame to warm up, then `--frames` timed ones; the rounds alternate between the
peers, and the best time counts. Memory is the greatest resident size of the process, exported models loaded from file.
Needs torch, onnx, onnxruntime, openvino, safetensors, numpy from PyPI.
"""

from peer_timing import PEERS, arguments, export, main, pytorch, weights


def network(options):
    import torch
    from psmnet import PSMNet
    from safetensors.torch import load_file

    torch.set_num_threads(options.threads)
    model = PSMNet(options.disparities).eval()
    model.load_state_dict(load_file(weights(options)), strict=False)
    return model


def prepare(options):
    """Writes random weights with plausible statistics, and the exported model."""
    import torch
    from psmnet import PSMNet
    from safetensors.torch import save_file

    torch.manual_seed(1)
    model = PSMNet(options.disparities).eval()
    state = {k: v.contiguous() for k, v in model.state_dict().items() if not k.endswith("num_batches_tracked")}
    save_file(state, weights(options), metadata={"align-corners": "true"})
    if "onnxruntime" in options.peers or "openvino" in options.peers:
        export(model, options)


if __name__ == "__main__":
    main(arguments(__doc__, ("psmnet",), PEERS, width=512, height=256), prepare, pytorch(network))
