"""Times FlowNetC, DispNetC or iResNet in PyTorch, ONNX Runtime, OpenVINO and StereoDepth, on the same weights and CPU, in one run.

    python Tests/Peers/time_flow.py --method dispnet-c --bench .build/release/stereodepth-bench [--width 1280 --height 384]
        [--threads 2] [--peers openvino,pytorch,onnxruntime,stereodepth] [--rounds 2] [--json FILE]

Each peer runs in a process of its own: one frame to warm up, then `--frames` timed ones; the rounds alternate between the
peers, and the best time counts.
Needs torch, onnx, onnxruntime, openvino, safetensors, numpy from PyPI.
"""

from peer_timing import PEERS, arguments, export, main, pytorch, weights


def network(options):
    import torch
    from flow_networks import NETWORKS

    torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    model = NETWORKS[options.method]().eval()
    # Weights of a size that keeps the activations as large as they come in: no denormal numbers, no infinities.
    with torch.no_grad():
        for name, value in model.named_parameters():
            if name.endswith("weight"):
                fan = value[0].numel() if "up" not in name and "deconv" not in name else value.numel() / value.shape[1] / 4
                value.normal_(0, (1.5 / fan) ** 0.5)
            else:
                value.uniform_(-0.1, 0.1)
    return model


def prepare(options):
    """Writes the weights and the exported model."""
    from safetensors.torch import save_file

    model = network(options)
    save_file({key: value.contiguous() for key, value in model.state_dict().items()}, weights(options))
    if "onnxruntime" in options.peers or "openvino" in options.peers:
        export(model, options)


if __name__ == "__main__":
    main(arguments(__doc__, ("dispnet-c", "flownet-c", "iresnet"), PEERS, width=1280, height=384), prepare, pytorch(network))
