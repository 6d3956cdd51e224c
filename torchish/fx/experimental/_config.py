"""`torch.fx.experimental._config`: switches of PyTorch's symbolic shapes. They can be read and
set; nothing here depends on them."""

translation_validation = False
translation_validation_timeout = 600000
translation_validation_no_bisect = False
print_specializations = False
backed_size_oblivious = False
use_duck_shape = True
validate_shape_env_version_key = False
