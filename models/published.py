"""Gives a network the weights of a published ONNX file, so that a new model can build on one without its training being repeated."""
import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import nn


def load(net, path):
    """Fills the convolutions of net, in the order in which it calls them; the exporter has folded each batch norm into the convolution before it.

    For evaluation and for training with the batch norms frozen: those that were folded become the shift that is left of them.
    """
    graph = onnx.load(path).graph
    values = {item.name: numpy_helper.to_array(item) for item in graph.initializer}
    weights = [[values[name] for name in node.input[1:]] for node in graph.node if node.op_type == "Conv"]
    called = []
    hooks = [module.register_forward_hook(lambda module, *_: called.append(module)) for module in net.modules() if isinstance(module, (nn.Conv2d, nn.BatchNorm2d))]
    net.eval()
    size = graph.input[0].type.tensor_type.shape.dim
    with torch.no_grad():
        net(torch.zeros(1, 3, size[2].dim_value, size[3].dim_value))
        for hook in hooks:
            hook.remove()
        convolutions = [index for index, module in enumerate(called) if isinstance(module, nn.Conv2d)]
        if len(convolutions) != len(weights):
            raise ValueError(f"{path} has {len(weights)} convolutions, the network {len(convolutions)}")
        for index, (weight, bias) in zip(convolutions, weights):
            called[index].weight.copy_(torch.from_numpy(np.array(weight)))
            norm = called[index + 1] if index + 1 < len(called) else None
            if isinstance(norm, nn.BatchNorm2d):
                nn.init.zeros_(norm.running_mean)
                nn.init.constant_(norm.running_var, 1 - norm.eps)
                nn.init.ones_(norm.weight)
                norm.bias.copy_(torch.from_numpy(np.array(bias)))
            else:
                called[index].bias.copy_(torch.from_numpy(np.array(bias)))
    return net
